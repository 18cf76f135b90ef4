namespace Xmtp.Node.Calls;

/// <summary>Counts the calls that a stopping node lets finish.</summary>
internal sealed class RunningCalls
{
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private volatile bool _isWaiting;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>One begins.</summary>
    public void Enter() => Interlocked.Increment(ref _count);

    /// <summary>One ended.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _count) == 0 && _isWaiting) _idle.TrySetResult();
    }

    /// <summary>Completes when none is left.</summary>
    public Task IdleAsync(CancellationToken cancellationToken)
    {
        _isWaiting = true;
        if (Count == 0) _idle.TrySetResult();
        return _idle.Task.WaitAsync(cancellationToken);
    }
}
