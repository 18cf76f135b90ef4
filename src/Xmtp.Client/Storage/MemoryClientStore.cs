namespace Xmtp.Client.Storage;

/// <summary>Keeps rows as long as the process lives. Safe for concurrent use.</summary>
public sealed class MemoryClientStore : IClientStore
{
    private static readonly Comparer<byte[]> s_byKey = Comparer<byte[]>.Create(static (left, right) => left.AsSpan().SequenceCompareTo(right));

    private readonly Lock _gate = new();
    private readonly SortedSet<Entry> _rows = new(Comparer<Entry>.Create(static (left, right) => s_byKey.Compare(left.Key, right.Key)));

    // The value is no part of the order, so that a row is found by its key alone.
    private sealed record Entry(byte[] Key, byte[] Value);

    /// <summary>How many rows there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _rows.Count;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>?>> FindAsync(IReadOnlyList<ReadOnlyMemory<byte>> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        cancellationToken.ThrowIfCancellationRequested();
        var values = new ReadOnlyMemory<byte>?[keys.Count];
        lock (_gate)
            for (var i = 0; i < values.Length; i++)
                if (_rows.TryGetValue(new Entry(keys[i].ToArray(), []), out var row)) values[i] = row.Value;
        return ValueTask.FromResult<IReadOnlyList<ReadOnlyMemory<byte>?>>(values);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoreRow>> ReadAsync(StoreRange range, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (from, to) = (range.From.ToArray(), range.To.ToArray());
        if (s_byKey.Compare(from, to) >= 0) return ValueTask.FromResult<IReadOnlyList<StoreRow>>([]);
        lock (_gate)
        {
            var view = _rows.GetViewBetween(new Entry(from, []), new Entry(to, []));
            IReadOnlyList<StoreRow> rows = [.. (range.Descending ? view.Reverse() : view)
                .Where(row => s_byKey.Compare(row.Key, to) < 0)
                .Take(range.Limit)
                .Select(static row => new StoreRow(row.Key, row.Value))];
            return ValueTask.FromResult(rows);
        }
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            foreach (var (key, value) in changes)
            {
                var row = new Entry(key.ToArray(), value?.ToArray() ?? []);
                _rows.Remove(row);
                if (value is not null) _rows.Add(row);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
