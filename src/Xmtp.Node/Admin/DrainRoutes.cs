using Xmtp.Node.Hosting;

namespace Xmtp.Node.Admin;

/// <summary>Out of service and back.</summary>
internal sealed class DrainRoutes(NodeDrain drain, NodeState state)
{
    public IEnumerable<AdminRoute> All => [new(HttpMethods.Post, "/v1/drain", DrainAsync), new(HttpMethods.Post, "/v1/resume", ResumeAsync)];

    private async Task DrainAsync(AdminCall call)
    {
        call.Logger.OperatorAsked(call.Address, "drain");
        var report = await drain.DrainAsync(call.Token).ConfigureAwait(false);
        await call.WriteAsync(new DrainAnswer(state.Current, report.CallsFinished, report.CallsLeft, report.StreamsClosed, report.TookMs), AdminJson.Default.DrainAnswer).ConfigureAwait(false);
    }

    private async Task ResumeAsync(AdminCall call)
    {
        call.Logger.OperatorAsked(call.Address, "resume");
        await drain.ResumeAsync(call.Token).ConfigureAwait(false);
        await call.WriteAsync(new StateAnswer(state.Current), AdminJson.Default.StateAnswer).ConfigureAwait(false);
    }
}
