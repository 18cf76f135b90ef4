using Xmtp.Node.Calls;
using Xmtp.Node.Core;
using Xmtp.Node.Options;
using Xmtp.Node.Readiness;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Hosting;

/// <summary>
/// Takes a node out of service without stopping it, and back: no new calls, those under way finish, streams are closed one after the other, and
/// the network is left in order. What is stored stays readable to the operator.
/// </summary>
internal sealed class NodeDrain(
    NodeOptions options, MessageService messages, NetworkMembership network, NodeHealth health, RunningCalls running, TimeProvider time, ILogger<NodeDrain> logger) : IAsyncDisposable
{
    // While a stream closes every ten milliseconds, a hundred of them come back within a second.
    private static readonly TimeSpan s_closingPauseMax = TimeSpan.FromMilliseconds(10);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private Task<DrainReport>? _draining;

    /// <summary>Whether all of it is done.</summary>
    public bool IsDrained => _draining is { IsCompletedSuccessfully: true };

    /// <summary>Over what time open streams are to be closed.</summary>
    public TimeSpan ClosingTime
    {
        get
        {
            var unhurried = s_closingPauseMax * messages.OpenSubscriptions;
            return unhurried < options.StreamDrainTime ? unhurried : options.StreamDrainTime;
        }
    }

    /// <summary>Drains the node, or waits for it to be drained.</summary>
    /// <param name="cancellationToken">Ends the wait; draining goes on.</param>
    public async Task<DrainReport> DrainAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        Task<DrainReport> draining;
        try
        {
            _stopping.Token.ThrowIfCancellationRequested();
            draining = _draining ??= Task.Run(DrainOnceAsync, CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }

        return await draining.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the node back into service. It is ready once it has asked the others how far its own log goes, as after a start.</summary>
    /// <param name="cancellationToken">Gives up before it begins.</param>
    /// <returns>Whether it was drained.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.OperationRefused"/>: it is still being drained. <see cref="ErrorCatalogue.ListenFailed"/>.</exception>
    public async Task<bool> ResumeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _stopping.Token.ThrowIfCancellationRequested();
            if (_draining is not { } draining) return false;
            if (!draining.IsCompleted) throw new XmtpException(ErrorCatalogue.OperationRefused, "The node is still being drained. Wait until its state is drained.");
            await network.JoinAsync(_stopping.Token).ConfigureAwait(false);
            messages.AcceptSubscriptions();
            _draining = null;
            health.SetDrained(false);
            logger.NodeResumed();
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The node stops: what is under way ends, and nothing else begins.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
        if (_draining is { } draining) await ((Task)draining).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _turn.Release();
    }

    private async Task<DrainReport> DrainOnceAsync()
    {
        var started = time.GetTimestamp();
        var (calls, streams) = (running.Count, messages.OpenSubscriptions);
        logger.NodeDraining(calls, streams);
        health.SetDrained(true);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        using var patience = new CancellationTokenSource(options.ShutdownTimeout, time);
        await using var link = patience.Token.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), cut).ConfigureAwait(false);
        await running.IdleAsync(cut.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var left = running.Count;
        await network.LeaveAsync().ConfigureAwait(false);
        await messages.CloseSubscriptionsAsync(ClosingTime, cut.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var report = new DrainReport(calls - Math.Min(calls, left), left, streams, (long)time.GetElapsedTime(started).TotalMilliseconds);
        logger.NodeDrained(report.TookMs, left);
        return report;
    }
}
