using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>
/// Goes through the logs: right when little was appended since the reader went away. They are read side by side, and what was sent
/// first comes first: the two sides of a conversation, or one who moved to another node, may stand in different logs.
/// </summary>
internal sealed class LogReplay(IEnvelopeStore store, Func<string, bool> isWanted, IReadOnlyList<ReplayRange> ranges) : IReplay
{
    private const ulong ReadCount = 256;

    // What is in hand of all logs together, beside one envelope of each.
    private const long ReadBytesMax = 4 << 20;

    private readonly List<LoggedEntry> _entries = [];
    private readonly ReplayedLog[] _logs = [.. ranges.Select(static range => new ReplayedLog(range))];

    public StreamPosition Progress => StreamPosition.Create(_logs.Select(static log => (log.Log.Hash, log.Passed)));

    public async ValueTask<bool> ReadAsync(Queue<Envelope> page, CancellationToken cancellationToken)
    {
        if (Array.TrueForAll(_logs, static log => !log.IsDry && !log.TryPeekTime(out _))) return false;
        foreach (var log in _logs)
            if (log.IsDry) await ReadAsync(log, cancellationToken).ConfigureAwait(false);

        // As long as each log shows its next one, or has none.
        while (!Array.Exists(_logs, static log => log.IsDry) && FindEarliest()?.TryTake(out var envelope) == true) page.Enqueue(envelope);
        return true;
    }

    private ReplayedLog? FindEarliest()
    {
        ReplayedLog? earliest = null;
        var first = ulong.MaxValue;
        foreach (var log in _logs)
            if (log.TryPeekTime(out var time) && time < first) (earliest, first) = (log, time);
        return earliest;
    }

    private async ValueTask ReadAsync(ReplayedLog log, CancellationToken cancellationToken)
    {
        try
        {
            var count = (int)Math.Min(ReadCount, log.Left);
            await store.ReadAsync(log.Log.Id, log.Next, _entries, count, ReadBytesMax / _logs.Length, cancellationToken).ConfigureAwait(false);
            if (_entries.Count == 0) throw new InvalidOperationException($"The store does not have entry {log.Next} of {log.Log}, which is committed.");
            await foreach (var (place, envelope) in ShownEntries.SelectAsync(store, _entries, isWanted, cancellationToken).ConfigureAwait(false))
                log.Add(place.Sequence, envelope);
        }
        finally
        {
            _entries.Clear();
        }
    }
}
