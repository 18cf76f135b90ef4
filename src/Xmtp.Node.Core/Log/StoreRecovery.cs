using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Telemetry;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// Brings a failed store back before anything more is written: what it then holds, and not a guess, is what the logs go on from.
/// Used by the log's writer alone, but for <see cref="IsNeeded"/>.
/// </summary>
internal sealed class StoreRecovery(IEnvelopeStore store, LogTable logs, LogTail tail, LogWriterOptions options, TimeProvider time, ILogger logger)
{
    private bool _isNeeded;
    private long _lastAttempt;
    private TimeSpan _pause;

    /// <summary>Whether a write failed since the last recovery.</summary>
    public bool IsNeeded => Volatile.Read(ref _isNeeded);

    /// <summary>A write failed: of what it was to store, all or nothing may have become durable.</summary>
    public void Require() => Volatile.Write(ref _isNeeded, true);

    /// <summary>Recovers the store.</summary>
    /// <exception cref="XmtpException">It is not back, or too soon to ask again.</exception>
    public async ValueTask RunAsync()
    {
        if (time.GetElapsedTime(_lastAttempt) < _pause)
            throw new XmtpException(ErrorCatalogue.StorageFailed, "The store has failed and is not back yet; nothing was stored.");
        var nextPause = _pause == TimeSpan.Zero ? options.RecoveryPause : _pause * 2;
        IReadOnlyList<StoredLog> stored;
        try
        {
            stored = await store.RecoverAsync().ConfigureAwait(false);
            foreach (var log in stored) CheckNotShortened(log);
        }
        catch
        {
            _pause = nextPause < options.RecoveryPauseMax ? nextPause : options.RecoveryPauseMax;
            _lastAttempt = time.GetTimestamp();
            throw;
        }

        _pause = TimeSpan.Zero;
        foreach (var log in stored) Adopt(log);
        Volatile.Write(ref _isNeeded, false);
        logger.StoreRecovered(stored.Count);
    }

    private void CheckNotShortened(StoredLog stored)
    {
        // What another node wrote is fetched again.
        if (logs.Find(stored.Id) is not { IsWritable: true } held || stored.End.Sequence >= held.End.Sequence) return;
        logger.LogShortened(held.Id.Value, stored.End.Sequence, held.End.Sequence);
        throw new XmtpException(ErrorCatalogue.StoreUnusable, $"Log {held.Id} came back with {stored.End.Sequence} entries where {held.End.Sequence} were acknowledged.");
    }

    /// <summary>The failed write may have become durable after all: its entries are in the log now, so readers get them.</summary>
    private void Adopt(StoredLog stored)
    {
        if (logs.Find(stored.Id) is not { } held)
        {
            logs.Add(new HeldLog(stored));
            return;
        }

        var before = held.End.Sequence;
        held.MoveTo(stored.End, stored.Head);
        if (stored.IsFrozen) held.Freeze();
        if (stored.End.Sequence > before) tail.AppendStored(new EntryPlace(held.Id, before + 1), stored.End.Sequence - before);
    }
}
