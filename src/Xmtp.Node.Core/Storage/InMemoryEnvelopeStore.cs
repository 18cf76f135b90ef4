using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Storage;

/// <summary>A store that forgets all when the process ends: for tests and for networks that are thrown away.</summary>
public sealed class InMemoryEnvelopeStore : IEnvelopeStore
{
    private readonly Lock _lock = new();
    private readonly List<LogRows> _logs = [];
    private readonly InMemoryIndex _index = new();
    private readonly PriorityQueue<EntryPlace, long> _expiring = new();

    private sealed record Entry(byte[] Header, ReadOnlyMemory<byte>? Payload);

    private sealed class LogRows(StoredLog log)
    {
        public StoredLog Log { get; set; } = log;

        public List<Entry> Entries { get; } = [];

        public SortedList<ulong, SignedHead> Heads { get; } = [];

        public byte[]? Evidence { get; set; }
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
            for (var i = 0; i < keys.Length; i++) places.Span[i] = _index.Find(keys.Span[i]);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<EntryPlace>> FindCopiesAsync(EnvelopeIndexKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock) return ValueTask.FromResult(_index.FindCopies(key));
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
            for (var topic = 0; topic < query.Topics.Count; topic++) _index.Scan(query, topic, page);
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
        lock (_lock) _index.ReadTopic(topic, first, destination, countMax);
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
                Remove(place, nowNs);
                removed++;
            }

            return ValueTask.FromResult(removed);
        }
    }

    /// <inheritdoc/>
    public long EstimateEnvelopeCount()
    {
        lock (_lock) return _index.Count;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private LogRows? Find(LogId log) => log.Value < (uint)_logs.Count ? _logs[(int)log.Value] : null;

    private void Append(PendingEntry entry)
    {
        var rows = Find(entry.Place.Log) ?? throw new InvalidOperationException($"Log {entry.Place.Log} is not known.");
        if (entry.Place.Sequence != (ulong)rows.Entries.Count + 1)
            throw new InvalidOperationException($"Log {entry.Place.Log} stands at {rows.Entries.Count}; entry {entry.Place} does not continue it.");
        rows.Entries.Add(new Entry(entry.Header.ToArray(), entry.Payload));
        rows.Log = rows.Log with { End = new LogEnd(entry.Place.Sequence, entry.HeaderHash, entry.OriginatorTimeNs) };
        if (entry.Visibility == EntryVisibility.Visible) _index.Show(entry.IndexKey, entry.Place);
        if (entry.Visibility == EntryVisibility.Copy) _index.AddCopy(entry.IndexKey, entry.Place);
        if (entry.ExpiryNs != 0) _expiring.Enqueue(entry.Place, entry.ExpiryNs);
    }

    private static void Add(LogRows rows, SignedHead head)
    {
        rows.Heads[head.Sequence] = head;
        if (head.Sequence == rows.Log.End.Sequence) rows.Log = rows.Log with { Head = head };
    }

    private ReadOnlyMemory<byte> Message(EntryPlace place)
    {
        var entry = EntryAt(place);
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

    private void Remove(EntryPlace place, long nowNs)
    {
        var header = ReadHeader(place);
        _logs[(int)place.Log.Value].Entries[(int)place.Sequence - 1] = new Entry(EntryAt(place).Header, Payload: null);
        var key = new EnvelopeIndexKey(InMemoryIndex.HashTopic(header.Topic), new EnvelopeKey(header.SenderTimeNs, header.Digest));
        _index.Remove(key, place, other => ReadHeader(other).ExpiryNs is var expiryNs && (expiryNs == 0 || expiryNs > nowNs));
    }

    private Entry EntryAt(EntryPlace place) => _logs[(int)place.Log.Value].Entries[(int)place.Sequence - 1];

    private EntryHeader ReadHeader(EntryPlace place) => EntryHeaderFormat.Read(EntryAt(place).Header);
}
