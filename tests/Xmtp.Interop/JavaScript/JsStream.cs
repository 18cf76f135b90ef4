using System.Text.Json;
using System.Threading.Channels;

namespace Xmtp.Interop.JavaScript;

/// <summary>A stream of a JavaScript client, read item by item.</summary>
/// <param name="process">The client's process.</param>
/// <param name="number">The stream's number there.</param>
/// <param name="key">
/// Items with a key seen before are left out. A client that opens its subscription anew after an invitation, and then queries
/// for what it missed, shows a message twice that came both ways.
/// </param>
internal sealed class JsStream<T>(JsProcess process, int number, Func<T, string>? key = null)
{
    private readonly ChannelReader<JsonElement> items = process.Items(number);
    private readonly HashSet<string> seen = [];

    public async Task<T> NextAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(JsProcess.Patience);
        try
        {
            while (true)
            {
                var item = JsProcess.Read<T>(await items.ReadAsync(patience.Token));
                if (key is null || seen.Add(key(item)))
                    return item;
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The stream brought nothing within {JsProcess.Patience}.");
        }
    }

    /// <summary>Ends the stream; the client drops its subscription.</summary>
    public Task StopAsync() => process.CallAsync("stopStream", new { stream = number });
}
