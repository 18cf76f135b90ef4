using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Telemetry;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Core.Retention;

/// <summary>Removes what has expired, in bounded batches, down to the last one.</summary>
internal sealed class Sweeper : IAsyncDisposable
{
    private readonly LogWriter _writer;
    private readonly RetentionPolicy _policy;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NodeMetrics _metrics;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public Sweeper(LogWriter writer, RetentionPolicy policy, TimeProvider time, ILogger logger, NodeMetrics metrics) =>
        (_writer, _policy, _time, _logger, _metrics) = (writer, policy, time, logger, metrics);

    public void Start() => _loop = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Removes everything that has expired by now.</summary>
    /// <returns>How many envelopes went.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        var removed = 0;
        var batchMax = _policy.Current.SweepBatchMax;
        do
        {
            // Between two commits: which copy readers see must not change while a commit decides it for another.
            await _writer.RunExclusiveAsync(
                async store => removed = await store.RemoveExpiredAsync(_time.GetUtcNow().ToUnixTimeNanoseconds(), batchMax, cancellationToken)
                    .ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            total += removed;
        }
        while (removed == batchMax);

        if (total > 0)
        {
            _metrics.Expired.Add(total);
            _logger.ExpiredRemoved(total);
        }

        return total;
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(_policy.Current.SweepInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                try
                {
                    await SweepAsync(_stop.Token).ConfigureAwait(false);
                }
                catch (XmtpException e) when (e.Code == ErrorCatalogue.Unavailable)
                {
                    // The writer is closed, and this loop about to be.
                    return;
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // The edge of this loop: a store that fails now may work in the next round.
                    _logger.RetentionFailed(e);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }
}
