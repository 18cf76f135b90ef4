namespace Xmtp.Node.Core.Log;

/// <summary>Scratch space of one commit, reused from commit to commit.</summary>
internal sealed class AppendBatch
{
    private readonly HashSet<Hash256> _seen = [];
    private PendingEntry[] _entries = [];
    private long[] _received = [];
    private Hash256[] _keys = [];
    private EntryPlace[] _places = [];

    public int Count { get; private set; }

    public ReadOnlyMemory<PendingEntry> Entries => _entries.AsMemory(0, Count);

    public ReadOnlyMemory<Hash256> Keys => _keys.AsMemory(0, Count);

    public Memory<EntryPlace> Places => _places.AsMemory(0, Count);

    /// <summary>An entry, and when its publish came in.</summary>
    public (PendingEntry Entry, long ReceivedTimestamp) this[int index] => (_entries[index], _received[index]);

    public void Add(AppendRequest request)
    {
        Reserve(Count + request.Count);
        foreach (var entry in request.Entries)
        {
            _entries[Count] = entry;
            _received[Count] = request.ReceivedTimestamp;
            _keys[Count] = entry.IdempotencyKey;
            Count++;
        }
    }

    /// <summary>Leaves out what <see cref="Places"/> says is stored, and all but the first of equals in here.</summary>
    /// <returns>How many were left out.</returns>
    public int RemoveRepeats()
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (!_places[i].IsNone || !_seen.Add(_keys[i])) continue;
            (_entries[kept], _received[kept]) = (_entries[i], _received[i]);
            kept++;
        }

        var repeats = Count - kept;
        Array.Clear(_entries, kept, repeats);
        Count = kept;
        return repeats;
    }

    public void Assign(LogId log, ulong last, long nowNs)
    {
        for (var i = 0; i < Count; i++) _entries[i].Assign(new EntryPlace(log, last + (ulong)i + 1), nowNs);
    }

    public void Clear()
    {
        Array.Clear(_entries, 0, Count);
        Count = 0;
        _seen.Clear();
    }

    private void Reserve(int count)
    {
        if (count <= _entries.Length) return;
        var length = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count);
        Array.Resize(ref _entries, length);
        Array.Resize(ref _received, length);
        Array.Resize(ref _keys, length);
        Array.Resize(ref _places, length);
    }
}
