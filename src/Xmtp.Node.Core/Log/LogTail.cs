using System.Threading.Channels;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// The common end of all logs as followers see it: entries in the order in which they were committed here, counted from the start
/// of the process (their arrival numbers), the latest of them in memory, and a wake-up. The writer only adds and signals; every
/// follower reads at its own pace, from here or, by the places it is told, from the store.
/// </summary>
internal sealed class LogTail
{
    private readonly Lock _lock = new();
    private readonly TailEntry[] _ring;
    private readonly long _bytesMax;
    private readonly List<ChannelWriter<bool>> _followers = [];
    // What arrived since the slowest follower looked, as runs: 32 bytes for each change of log, however many entries.
    private readonly Queue<TailRun> _runs = new();
    private readonly Dictionary<LogId, ulong> _ends = [];
    private TailRun _newest;
    private ulong _last;
    private ulong _oldest = 1;
    private long _bytes;

    /// <param name="countMax">Entries kept in memory; a power of two.</param>
    /// <param name="bytesMax">Message bytes kept in memory.</param>
    public LogTail(int countMax, long bytesMax)
    {
        if (!System.Numerics.BitOperations.IsPow2(countMax)) throw new ArgumentOutOfRangeException(nameof(countMax));
        _ring = new TailEntry[countMax];
        _bytesMax = bytesMax;
    }

    /// <summary>Arrival number of the last committed entry; 0 when none was committed since the start.</summary>
    public ulong Last => Volatile.Read(ref _last);

    /// <summary>What is in the store already is not news.</summary>
    public void Start(IEnumerable<StoredLog> logs)
    {
        lock (_lock)
            foreach (var log in logs) _ends[log.Id] = log.End.Sequence;
    }

    /// <summary>Makes a commit's entries visible and lets the followers look.</summary>
    public void Append(AppendBatch batch)
    {
        lock (_lock)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var (entry, received) = batch[i];
                Append(new TailEntry(entry.Place, entry.Visibility == EntryVisibility.Visible ? entry.Envelope : null, received));
            }
        }

        Wake();
    }

    /// <summary>Adds entries that are in the store only.</summary>
    public void AppendStored(EntryPlace first, ulong count)
    {
        if (count == 0) return;
        lock (_lock)
        {
            while (_oldest <= _last) DropOldest();
            AddRun(new TailRun(_last + 1, first, count));
            Volatile.Write(ref _last, _last + count);
            _oldest = _last + 1;
        }

        Wake();
    }

    /// <summary>A signal of its own for one follower. It starts raised, so the first look comes at once.</summary>
    public ChannelReader<bool> Follow()
    {
        var signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        signal.Writer.TryWrite(true);
        lock (_followers) _followers.Add(signal.Writer);
        return signal.Reader;
    }

    /// <summary>Copies entries after <paramref name="position"/>.</summary>
    /// <returns>How many; 0 when none is committed, or when the next one is in the store only.</returns>
    public int Read(ulong position, Span<TailEntry> destination)
    {
        lock (_lock)
        {
            if (position + 1 < _oldest) return 0;
            var count = (int)Math.Min(_last - position, (ulong)destination.Length);
            for (var i = 0; i < count; i++) destination[i] = Slot(position + 1 + (ulong)i);
            return count;
        }
    }

    /// <summary>Where the entry after <paramref name="position"/> stands, with those that follow it in the same log. Forgets what is before it.</summary>
    public TailRun RunAfter(ulong position)
    {
        lock (_lock)
        {
            Forget(position);
            var run = _runs.Count > 0 ? _runs.Peek() : _newest;
            var arrival = position + 1;
            return new TailRun(arrival, run.PlaceOf(arrival), run.LastArrival - position);
        }
    }

    /// <summary>The follower has passed these entries.</summary>
    public void Release(ulong position)
    {
        lock (_lock) Forget(position);
    }

    /// <summary>The last arrival, and the number of the last committed entry of each log, as of one moment.</summary>
    public (ulong Last, Dictionary<LogId, ulong> Ends) Snapshot()
    {
        lock (_lock) return (_last, new Dictionary<LogId, ulong>(_ends));
    }

    /// <summary>The same, and something done before anything more is appended.</summary>
    /// <param name="meanwhile">Gets last arrival and ends; short, and takes no lock that is held over a call to this object.</param>
    public void Snapshot(Action<ulong, Dictionary<LogId, ulong>> meanwhile)
    {
        lock (_lock) meanwhile(_last, new Dictionary<LogId, ulong>(_ends));
    }

    private void Append(in TailEntry entry)
    {
        var arrival = _last + 1;
        _bytes += Size(entry);
        while (_oldest < arrival && (arrival - _oldest >= (ulong)_ring.Length || _bytes > _bytesMax)) DropOldest();
        Slot(arrival) = entry;
        AddRun(new TailRun(arrival, entry.Place, 1));
        Volatile.Write(ref _last, arrival);
    }

    private void AddRun(in TailRun run)
    {
        _ends[run.First.Log] = run.First.Sequence + run.Count - 1;
        var continues = _newest.Count > 0 && _newest.First.Log == run.First.Log && _newest.First.Sequence + _newest.Count == run.First.Sequence;
        if (continues)
        {
            _newest = _newest with { Count = _newest.Count + run.Count };
            return;
        }

        if (_newest.Count > 0) _runs.Enqueue(_newest);
        _newest = run;
    }

    private void Forget(ulong position)
    {
        while (_runs.Count > 0 && _runs.Peek().LastArrival <= position) _runs.Dequeue();
    }

    private void Wake()
    {
        lock (_followers)
            foreach (var follower in _followers) follower.TryWrite(true);
    }

    private void DropOldest()
    {
        _bytes -= Size(Slot(_oldest));
        Slot(_oldest) = default;
        _oldest++;
    }

    private ref TailEntry Slot(ulong arrival) => ref _ring[arrival & (ulong)(_ring.Length - 1)];

    private static long Size(in TailEntry entry) => entry.Envelope?.Message.Length ?? 0;
}
