using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// One commit in the making: entries published here and entries of other nodes' logs. It decides which of them readers see, leaves
/// out repeats, numbers and chains the node's own, and signs their heads. Scratch space, reused from commit to commit.
/// </summary>
internal sealed class AppendBatch
{
    /// <summary>
    /// Entries and bytes from one head to the next at most, but for a single larger entry: what is sent between nodes in one frame
    /// begins after a head and ends at one.
    /// </summary>
    internal const int HeadEntriesMax = 512;

    internal const int HeadBytesMax = 768 << 10;

    private readonly Dictionary<Hash256, PendingEntry> _own = [];
    private readonly HashSet<Hash256> _shown = [];
    private readonly List<(PendingEntry Repeat, PendingEntry First)> _repeats = [];
    private readonly Dictionary<LogId, LogEnd> _ends = [];
    private readonly List<(LogId Log, SignedHead Head)> _heads = [];
    private PendingEntry[] _entries = [];
    private long[] _received = [];
    private EnvelopeIndexKey[] _keys = [];
    private EntryPlace[] _places = [];
    private bool[] _isRepeat = [];

    public int Count { get; private set; }

    public ReadOnlyMemory<EnvelopeIndexKey> Keys => _keys.AsMemory(0, Count);

    public Memory<EntryPlace> Places => _places.AsMemory(0, Count);

    /// <summary>An entry, and when its publish came in; 0 for one of another node.</summary>
    public (PendingEntry Entry, long ReceivedTimestamp) this[int index] => (_entries[index], _received[index]);

    /// <summary>The heads, of which the last of each log is at its end after the commit.</summary>
    public IReadOnlyList<(LogId Log, SignedHead Head)> Heads => _heads;

    /// <summary>Where the logs of other nodes end after the commit.</summary>
    public IReadOnlyDictionary<LogId, LogEnd> Ends => _ends;

    public void Add(AppendRequest request)
    {
        Reserve(Count + request.Count);
        foreach (var entry in request.Entries) Add(entry, request.ReceivedTimestamp);
    }

    /// <summary>Adds entries of another node.</summary>
    /// <returns>False when they do not continue what is held; nothing is added then.</returns>
    public bool TryAdd(ReplicaAppend append, AppendRequestPool pool)
    {
        var (log, run) = (append.Log, append.Entries);
        var end = _ends.TryGetValue(log.Id, out var known) ? known : log.End;
        if (log.IsFrozen || !run.Continues(end)) return false;
        Reserve(Count + run.Entries.Count);
        foreach (var verified in run.Entries)
        {
            var entry = pool.RentEntry();
            entry.Set(verified, log.Id);
            Add(entry, 0);
        }

        _ends[log.Id] = new LogEnd(run.Head.Sequence, run.Head.Hash, run.Head.OriginatorTimeNs);
        _heads.Add((log.Id, run.Head));
        return true;
    }

    /// <summary>Decides what readers see, once <see cref="Places"/> are filled, and leaves out what this node has in a log of its own.</summary>
    /// <returns>How many repeats were left out.</returns>
    public async ValueTask<int> ResolveAsync(IEnvelopeStore store, LogTable logs)
    {
        for (var i = 0; i < Count; i++)
        {
            var entry = _entries[i];
            if (entry.IsReplica) continue;
            _isRepeat[i] = await IsRepeatAsync(entry, _places[i], store, logs).ConfigureAwait(false);
            if (!_isRepeat[i]) _own.Add(entry.IdempotencyKey, entry);
        }

        // Only now: a failed look-up leaves the batch whole.
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_isRepeat[i]) continue;
            var entry = _entries[i];
            // Without an envelope to show there is nothing to index.
            if (!entry.IsEnvelope) entry.Visibility = EntryVisibility.Hidden;
            else entry.Visibility = _shown.Add(entry.IdempotencyKey) && _places[i].IsNone ? EntryVisibility.Visible : EntryVisibility.Copy;
            (_entries[kept], _received[kept]) = (entry, _received[i]);
            kept++;
        }

        var repeats = Count - kept;
        Array.Clear(_entries, kept, repeats);
        Count = kept;
        return repeats;
    }

    /// <summary>Numbers and chains the node's own entries and signs their heads.</summary>
    /// <returns>Where the log ends then.</returns>
    public LogEnd Assign(HeldLog log, Hash256 beginning, NodeKey key, long nowNs)
    {
        var end = log.End;
        var (count, bytes) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            var entry = _entries[i];
            if (entry.IsReplica) continue;
            if (count > 0 && (count == HeadEntriesMax || bytes + entry.Size > HeadBytesMax))
            {
                _heads.Add((log.Id, SignedHead.Create(key, log.Name, end)));
                (count, bytes) = (0, 0);
            }

            var place = new EntryPlace(log.Id, end.Sequence + 1);
            entry.Assign(place, log.Name, end.Sequence == 0 ? beginning : end.Hash, nowNs);
            end = new LogEnd(place.Sequence, entry.HeaderHash, nowNs);
            count++;
            bytes += entry.Size;
        }

        foreach (var (repeat, first) in _repeats) repeat.Place = first.Place;
        if (count > 0) _heads.Add((log.Id, SignedHead.Create(key, log.Name, end)));
        return end;
    }

    public LogCommit ToCommit() => new(_entries.AsMemory(0, Count), _heads.ToArray());

    public void Clear(AppendRequestPool pool)
    {
        // Those of other nodes belong to nobody else; those published here go back with their requests.
        for (var i = 0; i < Count; i++)
            if (_entries[i].IsReplica) pool.Return(_entries[i]);
        Array.Clear(_entries, 0, Count);
        Count = 0;
        _own.Clear();
        _shown.Clear();
        _repeats.Clear();
        _ends.Clear();
        _heads.Clear();
    }

    private async ValueTask<bool> IsRepeatAsync(PendingEntry entry, EntryPlace visible, IEnvelopeStore store, LogTable logs)
    {
        if (_own.TryGetValue(entry.IdempotencyKey, out var first))
        {
            _repeats.Add((entry, first));
            return true;
        }

        if (visible.IsNone) return false;
        // What is here only through another node's log is no repeat: an acknowledgement must rest on a log this node answers for.
        var place = IsAnsweredFor(visible) ? visible
            : (await store.FindCopiesAsync(entry.IndexKey).ConfigureAwait(false)).FirstOrDefault(IsAnsweredFor);
        if (place.IsNone) return false;
        entry.Place = place;
        return true;

        bool IsAnsweredFor(EntryPlace copy) => logs[copy.Log] is { IsWritable: true, IsFrozen: false };
    }

    private void Add(PendingEntry entry, long received)
    {
        (_entries[Count], _received[Count], _keys[Count], _isRepeat[Count]) = (entry, received, entry.IndexKey, false);
        Count++;
    }

    private void Reserve(int count)
    {
        if (count <= _entries.Length) return;
        var length = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count);
        Array.Resize(ref _entries, length);
        Array.Resize(ref _received, length);
        Array.Resize(ref _keys, length);
        Array.Resize(ref _places, length);
        Array.Resize(ref _isRepeat, length);
    }
}
