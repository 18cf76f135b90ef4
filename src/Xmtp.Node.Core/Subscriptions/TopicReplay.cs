using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>
/// Goes through the visible rows of the topics: right when much was appended since the reader went away, nearly all of it for
/// others.
/// </summary>
internal sealed class TopicReplay(IEnvelopeStore store, IReadOnlySet<string> topics, IReadOnlyList<ReplayRange> ranges) : IReplay
{
    private const int RowsMax = 512;
    private const long PageBytesMax = 4 << 20;

    private readonly Dictionary<LogId, ReplayRange> _ranges = ranges.ToDictionary(static range => range.Log.Id);
    private readonly string[] _topics = [.. topics];
    private readonly List<(EnvelopeKey Key, EntryPlace Place)> _rows = [];
    private readonly List<LoggedEntry> _entries = [];
    private int _row;
    private int _topic;
    private EnvelopeKey _next;

    // Rows stand in the order of their senders' times, so until the end nothing can be said of any log.
    public StreamPosition Progress => StreamPosition.Start;

    public async ValueTask<bool> ReadAsync(Queue<Envelope> page, CancellationToken cancellationToken)
    {
        if (_row == _rows.Count && !await ReadRowsAsync(cancellationToken).ConfigureAwait(false)) return false;
        long bytes = 0;
        while (_row < _rows.Count && bytes <= PageBytesMax)
        {
            var place = _rows[_row++].Place;
            if (!_ranges.TryGetValue(place.Log, out var range) || !range.Contains(place.Sequence)) continue;
            if (await ReadEntryAsync(place, cancellationToken).ConfigureAwait(false) is not { } envelope) continue;
            page.Enqueue(envelope);
            bytes += envelope.Message.Length;
        }

        return true;
    }

    private async ValueTask<bool> ReadRowsAsync(CancellationToken cancellationToken)
    {
        _row = 0;
        _rows.Clear();
        while (_topic < _topics.Length && _rows.Count == 0)
        {
            await store.ReadTopicAsync(_topics[_topic], _next, _rows, RowsMax, cancellationToken).ConfigureAwait(false);
            if (_rows.Count == RowsMax && _rows[^1].Key.TryGetNext(out _next)) break;
            (_topic, _next) = (_topic + 1, EnvelopeKey.Min);
        }

        return _rows.Count > 0;
    }

    /// <summary>What readers see at a place; null when it has expired since the row was read.</summary>
    private async ValueTask<Envelope?> ReadEntryAsync(EntryPlace place, CancellationToken cancellationToken)
    {
        _entries.Clear();
        await store.ReadAsync(place.Log, place.Sequence, _entries, 1, PageBytesMax, cancellationToken).ConfigureAwait(false);
        return _entries is [{ Payload: { } payload } entry] ? ShownEntries.ToEnvelope(entry.ReadHeader(), payload) : null;
    }
}
