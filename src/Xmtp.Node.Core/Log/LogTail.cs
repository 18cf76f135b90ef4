using System.Threading.Channels;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// The end of a log as followers see it: its last committed number, the latest entries in memory, and a wake-up.
/// The writer only sets the number and the signals; every follower reads at its own pace, from here or from the store.
/// </summary>
internal sealed class LogTail
{
    private readonly Lock _lock = new();
    private readonly TailEntry[] _ring;
    private readonly long _bytesMax;
    private readonly List<ChannelWriter<bool>> _followers = [];
    private ulong _last;
    private ulong _oldest;
    private long _bytes;

    /// <param name="countMax">Entries kept in memory; a power of two.</param>
    /// <param name="bytesMax">Message bytes kept in memory.</param>
    public LogTail(int countMax, long bytesMax)
    {
        if (!System.Numerics.BitOperations.IsPow2(countMax)) throw new ArgumentOutOfRangeException(nameof(countMax));
        _ring = new TailEntry[countMax];
        _bytesMax = bytesMax;
        _oldest = 1;
    }

    /// <summary>Number of the last committed entry.</summary>
    public ulong Last => Volatile.Read(ref _last);

    /// <summary>Starts behind what is committed already, with nothing in memory.</summary>
    public void Start(ulong last)
    {
        lock (_lock)
        {
            (_last, _oldest) = (last, last + 1);
        }
    }

    /// <summary>Makes a commit's entries visible and lets the followers look.</summary>
    public void Append(AppendBatch batch)
    {
        lock (_lock)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var (entry, received) = batch[i];
                Append(new TailEntry(entry.Place.Sequence, entry.Envelope, received));
            }
        }

        Wake();
    }

    /// <summary>Moves the tail over entries that are in the store only.</summary>
    public void SkipTo(ulong last)
    {
        lock (_lock)
        {
            while (_oldest <= _last) DropOldest();
            (_last, _oldest) = (last, last + 1);
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

    private void Append(in TailEntry entry)
    {
        if (entry.Sequence != _last + 1) throw new InvalidOperationException($"The tail stands at {_last}; {entry.Sequence} does not follow.");
        _bytes += Size(entry);
        while (_oldest < entry.Sequence && (entry.Sequence - _oldest >= (ulong)_ring.Length || _bytes > _bytesMax)) DropOldest();
        Slot(entry.Sequence) = entry;
        Volatile.Write(ref _last, entry.Sequence);
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

    private ref TailEntry Slot(ulong sequence) => ref _ring[sequence & (ulong)(_ring.Length - 1)];

    private static long Size(in TailEntry entry) => entry.Envelope?.Message.Length ?? 0;
}
