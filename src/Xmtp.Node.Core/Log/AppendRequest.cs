using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// Some entries that one caller waits for. Pooled, and its own completion source, so that a publish allocates neither
/// task nor buffer. Caller and writer each hold a share; the last to let go gives the object back.
/// </summary>
internal sealed class AppendRequest : WriterWork, IValueTaskSource
{
    private readonly AppendRequestPool _pool;
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private PendingEntry[] _entries = [];
    private int _shares;
    private int _completed;

    public AppendRequest(AppendRequestPool pool) => _pool = pool;

    public int Count { get; private set; }

    public int Size { get; private set; }

    public long ReceivedTimestamp { get; private set; }

    /// <summary>Where the publisher's trace goes on in the writer.</summary>
    public ActivityContext Trace { get; private set; }

    public ReadOnlySpan<PendingEntry> Entries => _entries.AsSpan(0, Count);

    public void Begin(long receivedTimestamp, ActivityContext trace)
    {
        ReceivedTimestamp = receivedTimestamp;
        Trace = trace;
        _shares = 1;
        _completed = 0;
    }

    public void Add(Envelope envelope, long retentionNs, ReadOnlySpan<byte> token)
    {
        if (Count == _entries.Length) Array.Resize(ref _entries, Math.Max(1, Count * 2));
        var entry = _entries[Count] = _pool.RentEntry();
        entry.Set(envelope, retentionNs, token);
        Count++;
        Size += entry.Size;
    }

    /// <summary>The writer takes its share; called before the request enters the queue.</summary>
    public void Share() => Interlocked.Increment(ref _shares);

    public ValueTask Completion => new(this, _core.Version);

    /// <summary>Ends the wait. The first outcome counts: a commit after the caller gave up changes nothing for it.</summary>
    public override void Complete(Exception? failure)
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0) return;
        if (failure is null) _core.SetResult(true);
        else _core.SetException(failure);
    }

    public override void Release()
    {
        if (Interlocked.Decrement(ref _shares) != 0) return;
        foreach (var entry in Entries) _pool.Return(entry);
        Array.Clear(_entries, 0, Count);
        Count = 0;
        Size = 0;
        _core.Reset();
        _pool.Return(this);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
