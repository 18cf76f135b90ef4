using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Tests.Transport;

public sealed class TimeLimitedTransportTests
{
    [Fact]
    public async Task QueryAsync_NodeSilent_FailsWhenTheTimeIsUp()
    {
        var clock = TestAccount.Clock();
        var silent = new FakeTransport(new FakeNetwork()) { OnCall = NeverAnswers };
        await using var limited = new TimeLimitedTransport(silent, TimeSpan.FromSeconds(30), clock, disposeInner: true);
        var query = limited.QueryAsync(new QueryRequest());
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(query.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        var failure = await Assert.ThrowsAsync<NodeException>(() => query);
        Assert.Equal(ErrorCatalogue.DeadlineExceeded, failure.Code);
        Assert.True(failure.IsRetryable);
    }

    [Fact]
    public async Task QueryAsync_Cancelled_EndsAtOnceAsCancelled()
    {
        var silent = new FakeTransport(new FakeNetwork()) { OnCall = NeverAnswers };
        await using var limited = new TimeLimitedTransport(silent, TimeSpan.FromSeconds(30), TimeProvider.System, disposeInner: false);
        using var cancel = new CancellationTokenSource();
        var query = limited.QueryAsync(new QueryRequest(), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
    }

    private static Task NeverAnswers(string call, CancellationToken cancellationToken) => new TaskCompletionSource().Task.WaitAsync(cancellationToken);
}
