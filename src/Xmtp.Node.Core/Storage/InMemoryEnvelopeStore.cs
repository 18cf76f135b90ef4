using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Storage;

/// <summary>A store that forgets all when the process ends: for tests and for networks that are thrown away.</summary>
public sealed class InMemoryEnvelopeStore : IEnvelopeStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LogId, List<Entry>> _logs = [];
    private readonly Dictionary<Hash256, EntryPlace> _places = [];
    private readonly Dictionary<string, List<VisibleRow>> _visible = new(StringComparer.Ordinal);
    private readonly PriorityQueue<EntryPlace, long> _expiring = new();
    private long _count;

    private sealed record Entry(byte[] Header, ReadOnlyMemory<byte>? Payload);

    private readonly record struct VisibleRow(EnvelopeKey Key, EntryPlace Place) : IComparable<VisibleRow>
    {
        public int CompareTo(VisibleRow other) => Key.CompareTo(other.Key);
    }

    /// <inheritdoc/>
    public ValueTask<LogEnd> RecoverAsync(LogId log, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_logs.TryGetValue(log, out var entries) || entries.Count == 0) return ValueTask.FromResult(default(LogEnd));
            var last = EntryHeaderFormat.Read(entries[^1].Header);
            return ValueTask.FromResult(new LogEnd(last.Place.Sequence, last.OriginatorTimeNs));
        }
    }

    /// <inheritdoc/>
    public ValueTask FindAsync(ReadOnlyMemory<Hash256> keys, Memory<EntryPlace> places, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            for (var i = 0; i < keys.Length; i++) places.Span[i] = _places.GetValueOrDefault(keys.Span[i]);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask AppendAsync(LogId log, ReadOnlyMemory<PendingEntry> entries, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_logs.TryGetValue(log, out var stored)) _logs[log] = stored = [];
            foreach (var entry in entries.Span)
            {
                if (entry.Place != new EntryPlace(log, (ulong)stored.Count + 1))
                    throw new InvalidOperationException($"Log {log} stands at {stored.Count}; entry {entry.Place} does not continue it.");
                stored.Add(new Entry(entry.Header.ToArray(), entry.Payload));
                _places.Add(entry.IdempotencyKey, entry.Place);
                AddVisible(entry);
                if (entry.ExpiryNs != 0) _expiring.Enqueue(entry.Place, entry.ExpiryNs);
            }
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
            if (!_logs.TryGetValue(log, out var entries)) return ValueTask.CompletedTask;
            long bytes = 0;
            for (var i = first - 1; i < (ulong)entries.Count && countMax-- > 0 && bytes <= bytesMax; i++)
            {
                var entry = entries[(int)i];
                destination.Add(new LoggedEntry(EntryHeaderFormat.Read(entry.Header), entry.Payload));
                bytes += entry.Payload?.Length ?? 0;
            }
        }

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
                var payload = _logs[rows[i].Place.Log][(int)rows[i].Place.Sequence - 1].Payload
                    ?? throw new InvalidOperationException($"The visible index names {rows[i].Place}, whose payload is gone.");
                bytes += payload.Length;
                if (bytes > query.BytesMax) throw PageCollector.TooLong(query.BytesMax);
                envelopes[i] = new StoredEnvelope(query.Topics[rows[i].Topic], rows[i].Key, payload);
            }

            return ValueTask.FromResult<IReadOnlyList<StoredEnvelope>>(envelopes);
        }
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

    private void AddVisible(PendingEntry entry)
    {
        if (!_visible.TryGetValue(entry.Topic, out var rows)) _visible[entry.Topic] = rows = [];
        var row = new VisibleRow(new EnvelopeKey(entry.SenderTimeNs, entry.Digest), entry.Place);
        var index = rows.BinarySearch(row);
        if (index >= 0) return;
        rows.Insert(~index, row);
        _count++;
    }

    private void Scan(EnvelopeQuery query, int topic, PageCollector page)
    {
        if (!_visible.TryGetValue(query.Topics[topic], out var rows)) return;
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

    private static int IndexOf(List<VisibleRow> rows, EnvelopeKey key, bool after)
    {
        var index = rows.BinarySearch(new VisibleRow(key, default));
        return index < 0 ? ~index : after ? index + 1 : index;
    }

    private void Remove(EntryPlace place)
    {
        var entries = _logs[place.Log];
        var index = (int)place.Sequence - 1;
        var header = EntryHeaderFormat.Read(entries[index].Header);
        entries[index] = entries[index] with { Payload = null };
        if (_places.GetValueOrDefault(header.IdempotencyKey) == place) _places.Remove(header.IdempotencyKey);
        if (!_visible.TryGetValue(header.Topic, out var rows)) return;
        var row = rows.BinarySearch(new VisibleRow(new EnvelopeKey(header.SenderTimeNs, header.Digest), default));
        if (row < 0 || rows[row].Place != place) return;
        rows.RemoveAt(row);
        _count--;
        if (rows.Count == 0) _visible.Remove(header.Topic);
    }
}
