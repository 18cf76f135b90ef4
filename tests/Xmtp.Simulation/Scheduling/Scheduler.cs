using Xmtp.Simulation.Checks;

namespace Xmtp.Simulation.Scheduling;

/// <summary>
/// The only clock and the only thread of a simulation: a queue of what will happen, by time, and among equal times by who came first.
/// Nothing happens outside of it, so the seed alone decides the order.
/// </summary>
internal sealed class Scheduler(Verdict verdict)
{
    private readonly PriorityQueue<Action, (long Due, long Order)> _queue = new();
    private long _order;

    /// <summary>Time since the beginning, in ticks of 100 ns.</summary>
    public long Now { get; private set; }

    /// <summary>The same.</summary>
    public TimeSpan Elapsed => new(Now);

    public EventTrace Trace { get; } = new();

    /// <summary>Events done.</summary>
    public long Events { get; private set; }

    public int Waiting => _queue.Count;

    /// <summary>Has something happen.</summary>
    public void After(TimeSpan delay, Action action) => At(Now + Math.Max(0, delay.Ticks), action);

    public void At(long due, Action action) => _queue.Enqueue(action, (Math.Max(due, Now), _order++));

    /// <summary>Lets everything happen that is due by then.</summary>
    public void RunUntil(TimeSpan time)
    {
        while (_queue.TryPeek(out _, out var priority) && priority.Due <= time.Ticks)
        {
            var action = _queue.Dequeue();
            Now = priority.Due;
            Events++;
            action();
            if (verdict.Failure is { } failure) throw failure;
        }

        Now = Math.Max(Now, time.Ticks);
    }
}
