namespace Xmtp.Node.Calls;

/// <summary>Counts the calls that a stopping or drained node lets finish.</summary>
internal sealed class RunningCalls
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _idle;
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>One begins.</summary>
    public void Enter() => Interlocked.Increment(ref _count);

    /// <summary>One ended.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _count) == 0 && Volatile.Read(ref _idle) is not null) SignalIdle();
    }

    /// <summary>Completes when none is left, be it for a moment.</summary>
    public Task IdleAsync(CancellationToken cancellationToken)
    {
        Task idle;
        lock (_lock) idle = (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        // After it can be signalled: a call that ended before was not waited for. Neither side may see its own write late.
        Interlocked.MemoryBarrier();
        if (Count == 0) SignalIdle();
        return idle.WaitAsync(cancellationToken);
    }

    private void SignalIdle()
    {
        TaskCompletionSource? idle;
        lock (_lock) (idle, _idle) = (_idle, null);
        idle?.TrySetResult();
    }
}
