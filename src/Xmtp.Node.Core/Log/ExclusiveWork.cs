using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Core.Log;

/// <summary>A write to the store that is no append, done between two commits: so that writes have one owner.</summary>
/// <param name="work">The write.</param>
/// <param name="continuesAtOnce">Whether who waits goes on within the writer's step: for a caller that does the steps itself, on one thread.</param>
internal sealed class ExclusiveWork(Func<IEnvelopeStore, ValueTask> work, bool continuesAtOnce) : WriterWork
{
    private readonly TaskCompletionSource _done = new(continuesAtOnce ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Completion => _done.Task;

    public ValueTask RunAsync(IEnvelopeStore store) => work(store);

    public override void Complete(Exception? failure)
    {
        if (failure is null) _done.TrySetResult();
        else _done.TrySetException(failure);
    }
}
