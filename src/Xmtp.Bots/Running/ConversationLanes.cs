using Xmtp.Protocol.Topics;

namespace Xmtp.Bots.Running;

/// <summary>
/// Work in lanes, one for each conversation: in a lane one after the other in order, lanes beside each other up to a bound. Who
/// adds waits while too much is waiting, so that memory stays bounded. A lane lives as long as it has work.
/// </summary>
/// <param name="parallelMax">How many lanes work at once.</param>
/// <param name="waitingMax">How much may wait or be worked on.</param>
/// <param name="handle">Does the work; must not throw.</param>
internal sealed class ConversationLanes(int parallelMax, int waitingMax, Func<BotEvent, Task> handle) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Topic, Queue<BotEvent>> _lanes = [];
    private readonly SemaphoreSlim _working = new(parallelMax);
    private readonly SemaphoreSlim _room = new(waitingMax);
    private TaskCompletionSource? _idle;

    /// <summary>Adds work; returns when there is room for it.</summary>
    public async Task AddAsync(BotEvent work, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        var lane = new Queue<BotEvent>();
        lock (_gate)
        {
            if (_lanes.TryGetValue(work.Conversation.Topic, out var known))
            {
                known.Enqueue(work);
                return;
            }

            lane.Enqueue(work);
            _lanes.Add(work.Conversation.Topic, lane);
        }

        _ = Task.Run(() => WorkAsync(work.Conversation.Topic, lane), CancellationToken.None);
    }

    /// <summary>Completes when nothing waits and nothing is worked on.</summary>
    public Task IdleAsync()
    {
        lock (_gate)
        {
            if (_lanes.Count == 0) return Task.CompletedTask;
            return (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public void Dispose()
    {
        _working.Dispose();
        _room.Dispose();
    }

    private async Task WorkAsync(Topic topic, Queue<BotEvent> lane)
    {
        while (true)
        {
            // Waits anew for each piece of work: a busy conversation does not hold a place that another waits for.
            await _working.WaitAsync().ConfigureAwait(false);
            BotEvent work;
            lock (_gate) work = lane.Peek();
            try
            {
                await handle(work).ConfigureAwait(false);
            }
            finally
            {
                _working.Release();
                _room.Release();
            }

            lock (_gate)
            {
                lane.Dequeue();
                if (lane.Count > 0) continue;
                _lanes.Remove(topic);
                if (_lanes.Count == 0) Interlocked.Exchange(ref _idle, null)?.TrySetResult();
                return;
            }
        }
    }
}
