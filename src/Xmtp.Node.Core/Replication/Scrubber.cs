using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Core.Replication;

/// <summary>
/// Reads all logs again and again, some thousand entries a second, checks them against their heads, and fetches from other nodes what
/// was found changed: bit rot, a careless hand, a bad restore. A head is checked by its signature; from its hash the chain is
/// gone back entry by entry, so every header and every payload is proved.
/// </summary>
internal sealed class Scrubber(LogWriter writer, IEnvelopeStore store, IScrubSource source, ReplicationMetrics metrics, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>Entries of one step at most.</summary>
    internal const int StepEntriesMax = 4096;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private LogId _log;
    private ulong _next = 1;
    private Task _loop = Task.CompletedTask;

    /// <summary>Begins, with a step a second.</summary>
    public void Start() => _loop = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Checks the next entries of the current log, or the first of the next one.</summary>
    /// <returns>How many entries were damaged.</returns>
    public async ValueTask<int> StepAsync(CancellationToken cancellationToken)
    {
        if (NextLog() is not { } log) return 0;
        var head = await FindHeadAsync(log, cancellationToken).ConfigureAwait(false);
        if (head is null)
        {
            (_log, _next) = (new LogId(log.Id.Value + 1), 1);
            return 0;
        }

        var first = _next;
        _next = head.Sequence + 1;
        var entries = new List<LoggedEntry>();
        await store.ReadAsync(log.Id, first, entries, (int)(head.Sequence - first + 1), long.MaxValue, cancellationToken).ConfigureAwait(false);
        return head.IsSignedBy(log.Key) ? await CheckAsync(log, entries, head.Hash, cancellationToken).ConfigureAwait(false) : Damaged(log, head.Sequence, 1);
    }

    private HeldLog? NextLog()
    {
        var logs = writer.Logs.All.Where(static log => log.End.Sequence > 0).OrderBy(static log => log.Id.Value).ToList();
        if (logs.Count == 0) return null;
        var log = logs.Find(log => log.Id.Value >= _log.Value) ?? logs[0];
        if (log.Id != _log) (_log, _next) = (log.Id, 1);
        return log;
    }

    private async ValueTask<SignedHead?> FindHeadAsync(HeldLog log, CancellationToken cancellationToken)
    {
        var end = log.End.Sequence;
        if (_next > end) return null;
        var heads = new List<SignedHead>();
        await store.ReadHeadsAsync(log.Id, _next, Math.Min(end, _next + ReplicationLimits.FrameEntriesMax - 1), heads, StepEntriesMax, cancellationToken).ConfigureAwait(false);
        return heads.Count > 0 ? heads[^1] : null;
    }

    private async ValueTask<int> CheckAsync(HeldLog log, List<LoggedEntry> entries, Hash256 expected, CancellationToken cancellationToken)
    {
        var damaged = 0;
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            var entry = entries[i];
            if (!IsSound(entry, expected, out var previous))
            {
                damaged += Damaged(log, entry.Place.Sequence, 1);
                if (await RepairAsync(log, entry.Place, expected, cancellationToken).ConfigureAwait(false) is not { } repaired) return damaged;
                previous = repaired;
            }

            expected = previous;
        }

        return damaged;
    }

    private static bool IsSound(LoggedEntry entry, Hash256 expected, out Hash256 previous)
    {
        previous = default;
        var header = entry.HeaderBytes.Span;
        if (header.Length > EntryHeaderFormat.LengthMax || EntryHeaderFormat.Hash(header) != expected) return false;
        if (!EntryHeaderFormat.TryRead(header, out var read, out _)) return false;
        previous = read.PreviousHash;
        return entry.Payload is { } payload ? new Hash256(SHA256.HashData(payload.Span)) == read.PayloadHash : read.ExpiryNs != 0;
    }

    /// <summary>Fetches an entry from another node and puts it back.</summary>
    /// <returns>The hash of the entry before it; null when nobody could give it.</returns>
    private async ValueTask<Hash256?> RepairAsync(HeldLog log, EntryPlace place, Hash256 expected, CancellationToken cancellationToken)
    {
        if (await source.FetchAsync(log, place.Sequence, cancellationToken).ConfigureAwait(false) is not { } run || run.First.Hash != expected) return null;
        await writer.RunExclusiveAsync(target => target.RepairAsync(place, run.First.HeaderBytes, run.First.Payload, cancellationToken), cancellationToken).ConfigureAwait(false);
        metrics.Repaired.Add(1);
        logger.EntryRepaired(log.Name, place.Sequence);
        return run.First.Header.PreviousHash;
    }

    private int Damaged(HeldLog log, ulong sequence, int count)
    {
        metrics.Damaged.Add(count);
        logger.EntryDamaged(log.Name, sequence);
        return count;
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(s_interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false)) await StepsAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async ValueTask StepsAsync()
    {
        try
        {
            var first = (_log, _next);
            for (var i = 0; i < StepEntriesMax / ReplicationLimits.FrameEntriesMax; i++)
            {
                await StepAsync(_stop.Token).ConfigureAwait(false);
                // A small store is not read around and around within a second.
                if (_next == 1 || (_log, _next) == first) return;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The edge of this loop: what cannot be read now is looked at again in the next round.
            logger.ScrubFailed(_log.Value, _next, e);
            _next += ReplicationLimits.FrameEntriesMax;
        }
    }
}
