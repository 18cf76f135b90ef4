namespace Xmtp.Interop.Scale;

/// <summary>Counts what was written, for who waits until so much is.</summary>
internal sealed class Progress
{
    private readonly Lock _gate = new();
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private int _count;

    public void Add(int count)
    {
        lock (_gate)
        {
            _count += count;
            _waiting.RemoveAll(wait => wait.Count <= _count && wait.Reached.TrySetResult());
        }
    }

    public Task ReachAsync(int count)
    {
        lock (_gate)
        {
            if (_count >= count) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task;
        }
    }
}
