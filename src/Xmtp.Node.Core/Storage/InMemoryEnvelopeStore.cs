using System.Text;
using System.Security.Cryptography;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Storage;

/// <summary>A store that forgets all when the process ends: for tests and for networks that are thrown away.</summary>
public sealed class InMemoryEnvelopeStore : IEnvelopeStore
{
    private readonly Lock _lock = new();
    private readonly List<LogRows> _logs = [];
    private readonly Dictionary<Hash256, SortedList> _visible = [];
    private readonly Dictionary<EnvelopeIndexKey, List<EntryPlace>> _copies = [];
    private readonly PriorityQueue<EntryPlace, long> _expiring = new();
    private long _count;

    private sealed record Entry(byte[] Header, ReadOnlyMemory<byte>? Payload);

    private sealed class LogRows(StoredLog log)
    {
        public StoredLog Log { get; set; } = log;

        public List<Entry> Entries { get; } = [];

        public SortedList<ulong, SignedHead> Heads { get; } = [];

        public byte[]? Evidence { get; set; }
    }

    private sealed class SortedList : List<VisibleRow>;

    private readonly record struct VisibleRow(EnvelopeKey Key, EntryPlace Place) : IComparable<VisibleRow>
    {
        public int CompareTo(VisibleRow other) => Key.CompareTo(other.Key);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredLog>> RecoverAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock) return ValueTask.FromResult<IReadOnlyList<StoredLog>>([.. _logs.Select(static log => log.Log)]);
    }

    /// <inheritdoc/>
    public ValueTask<LogId> AddLogAsync(LogName name, NodePublicKey key, bool isWritable, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_logs.Exists(log => log.Log.Name == name)) throw new InvalidOperationException($"The log {name} is known already.");
            var id = new LogId((uint)_logs.Count);
            _logs.Add(new LogRows(new StoredLog(id, name, key, isWritable, IsFrozen: false, default, Head: null)));
            return ValueTask.FromResult(id);
        }
    }

    /// <inheritdoc/>
    public ValueTask FreezeAsync(LogId log, ReadOnlyMemory<byte> evidence, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var rows = _logs[(int)log.Value];
            rows.Log = rows.Log with { IsFrozen = true };
            rows.Evidence = evidence.ToArray();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<byte[]?> ReadEvidenceAsync(LogId log, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock) return ValueTask.FromResult(Find(log)?.Evidence);
    }

    /// <inheritdoc/>
    public ValueTask FindAsync(ReadOnlyMemory<EnvelopeIndexKey> keys, Memory<EntryPlace> places, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            for (var i = 0; i < keys.Length; i++) places.Span[i] = FindVisible(keys.Span[i]);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<EntryPlace>> FindCopiesAsync(EnvelopeIndexKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock) return ValueTask.FromResult<IReadOnlyList<EntryPlace>>(_copies.TryGetValue(key, out var places) ? [.. places] : []);
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(LogCommit commit, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            foreach (var entry in commit.Entries.Span) Append(entry);
            foreach (var (id, head) in commit.Heads.Span) Add(_logs[(int)id.Value], head);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ReadAsync(
        LogId log, ulong first, IList<LoggedEntry> destination, int countMax, long bytesMax, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfZero(first);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (Find(log)?.Entries is not { } entries) return ValueTask.CompletedTask;
            long bytes = 0;
            for (var i = first - 1; i < (ulong)entries.Count && countMax-- > 0 && bytes <= bytesMax; i++)
            {
                var entry = entries[(int)i];
                destination.Add(new LoggedEntry(new EntryPlace(log, i + 1), entry.Header, entry.Payload));
                bytes += entry.Payload?.Length ?? 0;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ReadHeadsAsync(
        LogId log, ulong first, ulong last, IList<SignedHead> destination, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (Find(log)?.Heads.Values is not { } heads) return ValueTask.CompletedTask;
            for (var i = FirstHead(heads, first); i < heads.Count && countMax-- > 0 && heads[i].Sequence <= last; i++) destination.Add(heads[i]);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RepairAsync(EntryPlace place, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte>? payload, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock) _logs[(int)place.Log.Value].Entries[(int)place.Sequence - 1] = new Entry(header.ToArray(), payload);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredEnvelope>> QueryAsync(EnvelopeQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var page = new PageCollector(query);
            for (var topic = 0; topic < query.Topics.Count; topic++) Scan(query, topic, page);
            var rows = page.Complete();
            var envelopes = new StoredEnvelope[rows.Count];
            long bytes = 0;
            for (var i = 0; i < envelopes.Length; i++)
            {
                var message = Message(rows[i].Place);
                bytes += message.Length;
                if (bytes > query.BytesMax) throw PageCollector.TooLong(query.BytesMax);
                envelopes[i] = new StoredEnvelope(query.Topics[rows[i].Topic], rows[i].Key, message);
            }

            return ValueTask.FromResult<IReadOnlyList<StoredEnvelope>>(envelopes);
        }
    }

    /// <inheritdoc/>
    public ValueTask ReadTopicAsync(
        string topic, EnvelopeKey first, IList<(EnvelopeKey Key, EntryPlace Place)> destination, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_visible.TryGetValue(HashTopic(topic), out var rows)) return ValueTask.CompletedTask;
            for (var i = IndexOf(rows, first, after: false); i < rows.Count && countMax-- > 0; i++) destination.Add((rows[i].Key, rows[i].Place));
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<int> RemoveExpiredAsync(long nowNs, int countMax, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var removed = 0;
            while (removed < countMax && _expiring.TryPeek(out var place, out var expiryNs) && expiryNs <= nowNs)
            {
                _expiring.Dequeue();
                Remove(place);
                removed++;
            }

            return ValueTask.FromResult(removed);
        }
    }

    /// <inheritdoc/>
    public long EstimateEnvelopeCount() => Interlocked.Read(ref _count);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Hash256 HashTopic(string topic) => new(SHA256.HashData(Encoding.UTF8.GetBytes(topic)));

    private LogRows? Find(LogId log) => log.Value < (uint)_logs.Count ? _logs[(int)log.Value] : null;

    private EntryPlace FindVisible(EnvelopeIndexKey key)
    {
        if (!_visible.TryGetValue(key.TopicHash, out var rows)) return default;
        var index = rows.BinarySearch(new VisibleRow(key.Key, default));
        return index < 0 ? default : rows[index].Place;
    }

    private void Append(PendingEntry entry)
    {
        var rows = Find(entry.Place.Log) ?? throw new InvalidOperationException($"Log {entry.Place.Log} is not known.");
        if (entry.Place.Sequence != (ulong)rows.Entries.Count + 1)
            throw new InvalidOperationException($"Log {entry.Place.Log} stands at {rows.Entries.Count}; entry {entry.Place} does not continue it.");
        rows.Entries.Add(new Entry(entry.Header.ToArray(), entry.Payload));
        rows.Log = rows.Log with { End = new LogEnd(entry.Place.Sequence, entry.HeaderHash, entry.OriginatorTimeNs) };
        if (entry.Visibility == EntryVisibility.Visible) Show(entry.IndexKey, entry.Place);
        if (entry.Visibility == EntryVisibility.Copy) AddCopy(entry.IndexKey, entry.Place);
        if (entry.ExpiryNs != 0) _expiring.Enqueue(entry.Place, entry.ExpiryNs);
    }

    private static void Add(LogRows rows, SignedHead head)
    {
        rows.Heads[head.Sequence] = head;
        if (head.Sequence == rows.Log.End.Sequence) rows.Log = rows.Log with { Head = head };
    }

    private void Show(EnvelopeIndexKey key, EntryPlace place)
    {
        if (!_visible.TryGetValue(key.TopicHash, out var rows)) _visible[key.TopicHash] = rows = [];
        var row = new VisibleRow(key.Key, place);
        var index = rows.BinarySearch(row);
        if (index >= 0) throw new InvalidOperationException($"Readers see {rows[index].Place} already.");
        rows.Insert(~index, row);
        _count++;
    }

    private void AddCopy(EnvelopeIndexKey key, EntryPlace place)
    {
        if (!_copies.TryGetValue(key, out var places)) _copies[key] = places = [];
        places.Add(place);
    }

    private void Scan(EnvelopeQuery query, int topic, PageCollector page)
    {
        if (!_visible.TryGetValue(HashTopic(query.Topics[topic]), out var rows)) return;
        if (query.Descending)
        {
            for (var i = IndexOf(rows, query.Last, after: true) - 1; i >= 0 && rows[i].Key >= query.First; i--)
                if (!page.Offer(new PageCollector.Row(topic, rows[i].Key, rows[i].Place))) return;
        }
        else
        {
            for (var i = IndexOf(rows, query.First, after: false); i < rows.Count && rows[i].Key <= query.Last; i++)
                if (!page.Offer(new PageCollector.Row(topic, rows[i].Key, rows[i].Place))) return;
        }
    }

    private ReadOnlyMemory<byte> Message(EntryPlace place)
    {
        var entry = _logs[(int)place.Log.Value].Entries[(int)place.Sequence - 1];
        var payload = entry.Payload ?? throw new InvalidOperationException($"The visible index names {place}, whose payload is gone.");
        EntryPayload.TryFindMessage(EntryHeaderFormat.Read(entry.Header).Kind, payload.Span, out var offset);
        return payload[offset..];
    }

    private static int FirstHead(IList<SignedHead> heads, ulong first)
    {
        var (low, high) = (0, heads.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (heads[middle].Sequence < first) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static int IndexOf(List<VisibleRow> rows, EnvelopeKey key, bool after)
    {
        var index = rows.BinarySearch(new VisibleRow(key, default));
        return index < 0 ? ~index : after ? index + 1 : index;
    }

    private void Remove(EntryPlace place)
    {
        var entries = _logs[(int)place.Log.Value].Entries;
        var index = (int)place.Sequence - 1;
        var header = EntryHeaderFormat.Read(entries[index].Header);
        entries[index] = entries[index] with { Payload = null };
        var key = new EnvelopeIndexKey(HashTopic(header.Topic), new EnvelopeKey(header.SenderTimeNs, header.Digest));
        if (_copies.TryGetValue(key, out var copies) && copies.Remove(place) && copies.Count == 0) _copies.Remove(key);
        if (!_visible.TryGetValue(key.TopicHash, out var rows)) return;
        var row = rows.BinarySearch(new VisibleRow(key.Key, default));
        if (row < 0 || rows[row].Place != place) return;
        rows.RemoveAt(row);
        _count--;
        if (rows.Count == 0) _visible.Remove(key.TopicHash);
        if (_copies.TryGetValue(key, out copies)) ShowNext(key, copies);
    }

    private void ShowNext(EnvelopeIndexKey key, List<EntryPlace> copies)
    {
        var next = copies[0];
        copies.RemoveAt(0);
        if (copies.Count == 0) _copies.Remove(key);
        Show(key, next);
    }
}
