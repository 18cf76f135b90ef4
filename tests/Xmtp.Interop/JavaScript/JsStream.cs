using System.Text.Json;
using System.Threading.Channels;

namespace Xmtp.Interop.JavaScript;

/// <summary>A stream of a JavaScript client, read item by item.</summary>
internal sealed class JsStream<T>(JsProcess process, int number)
{
    private readonly ChannelReader<JsonElement> items = process.Items(number);

    public async Task<T> NextAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(JsProcess.Patience);
        try
        {
            return JsProcess.Read<T>(await items.ReadAsync(patience.Token));
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The stream brought nothing within {JsProcess.Patience}.");
        }
    }

    /// <summary>Ends the stream; the client drops its subscription.</summary>
    public Task StopAsync() => process.CallAsync("stopStream", new { stream = number });
}
