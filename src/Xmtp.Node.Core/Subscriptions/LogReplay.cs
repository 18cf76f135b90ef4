using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>Goes through the logs: right when little was appended since the reader went away.</summary>
internal sealed class LogReplay(IEnvelopeStore store, IReadOnlySet<string> topics, IReadOnlyList<ReplayRange> ranges) : IReplay
{
    private const ulong ReadCount = 256;
    private const long ReadBytesMax = 4 << 20;

    private readonly List<LoggedEntry> _entries = [];
    private int _range;
    private ulong _passed;

    public StreamPosition Progress => StreamPosition.Create(ranges.Select((range, i) =>
        (range.Log.Hash, i < _range ? range.End : i == _range ? range.After + _passed : range.After)));

    public async ValueTask<bool> ReadAsync(Queue<Envelope> page, CancellationToken cancellationToken)
    {
        if (_range == ranges.Count) return false;
        var range = ranges[_range];
        var first = range.After + _passed + 1;
        try
        {
            var count = (int)Math.Min(ReadCount, range.End - first + 1);
            await store.ReadAsync(range.Log.Id, first, _entries, count, ReadBytesMax, cancellationToken).ConfigureAwait(false);
            if (_entries.Count == 0) throw new InvalidOperationException($"The store does not have entry {first} of {range.Log}, which is committed.");
            await foreach (var (_, envelope) in ShownEntries.SelectAsync(store, _entries, topics.Contains, cancellationToken).ConfigureAwait(false))
                if (envelope is not null) page.Enqueue(envelope);
            _passed += (ulong)_entries.Count;
        }
        finally
        {
            _entries.Clear();
        }

        if (_passed == range.Count) (_range, _passed) = (_range + 1, 0);
        return true;
    }
}
