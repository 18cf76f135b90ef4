using Xmtp.Node.Calls;
using Xmtp.Node.Core;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Methods;

/// <summary>Publish: limit, token, who may write, then ingest. Answered once everything that is stored is on stable storage.</summary>
internal sealed class PublishCall(MessageService service, Admission admission)
{
    private static readonly PublishResponse s_done = new();

    public ValueTask<PublishResponse> InvokeAsync(PublishRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        admission.AdmitPublish(context, request.Envelopes);
        var stored = service.PublishAsync(request.Envelopes, cancellationToken: cancellationToken);
        if (!stored.IsCompletedSuccessfully) return AwaitAsync(stored);
        stored.GetAwaiter().GetResult();
        return ValueTask.FromResult(s_done);
    }

    private static async ValueTask<PublishResponse> AwaitAsync(ValueTask<int> stored)
    {
        await stored.ConfigureAwait(false);
        return s_done;
    }
}
