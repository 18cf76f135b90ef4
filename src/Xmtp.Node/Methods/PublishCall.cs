using Xmtp.Node.Calls;
using Xmtp.Node.Core;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Methods;

/// <summary>
/// Publish: limit, token, who may write, then ingest. Answered once everything that is stored is on stable storage, here and on as many
/// other nodes as the caller asks for.
/// </summary>
internal sealed class PublishCall(MessageService service, Admission admission, TimeProvider time)
{
    private static readonly PublishResponse s_done = new();

    public ValueTask<PublishResponse> InvokeAsync(PublishRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var ack = AckLevel.Read(context.Request.Headers);
        admission.AdmitPublish(context, request.Envelopes);
        var patience = ack.Peers == 0 ? default : CallDeadline.Patience(context, time);
        var stored = service.PublishAsync(request.Envelopes, new PublishTerms(admission.TokenToKeep(context, request.Envelopes), ack.Peers, patience), cancellationToken);
        if (ack.IsAsked) return AwaitLevelAsync(stored, context);
        if (!stored.IsCompletedSuccessfully) return AwaitAsync(stored);
        stored.GetAwaiter().GetResult();
        return ValueTask.FromResult(s_done);
    }

    private static async ValueTask<PublishResponse> AwaitAsync(ValueTask<int> stored)
    {
        await stored.ConfigureAwait(false);
        return s_done;
    }

    private static async ValueTask<PublishResponse> AwaitLevelAsync(ValueTask<int> stored, HttpContext context)
    {
        CallMetadata.SetTrailer(context, CallMetadata.Ack, AckLevel.Format(await stored.ConfigureAwait(false)));
        return s_done;
    }
}
