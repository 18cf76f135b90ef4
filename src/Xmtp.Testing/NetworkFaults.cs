using Xmtp.Protocol.Errors;

namespace Xmtp.Testing;

/// <summary>
/// What goes wrong between clients and the network: for all of them (<see cref="TestNetwork.Faults"/>), or for one
/// (<see cref="TestNetwork.FaultsOf(Client.XmtpClient)"/>). Clients repeat calls that failed in a way that may pass, after a wait
/// on the network's clock: <see cref="TestNetwork.RunAsync(Task, TimeSpan?, CancellationToken)"/> sees them through. Safe for concurrent use.
/// </summary>
public sealed class NetworkFaults
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NetworkCall, Queue<PlannedFault>> _planned = [];
    private readonly Func<int> _dropSubscriptions;
    private volatile bool _isOffline;
    private long _delayTicks;

    internal NetworkFaults(Func<int> dropSubscriptions) => _dropSubscriptions = dropSubscriptions;

    /// <summary>Whether the network cannot be reached.</summary>
    public bool IsOffline => _isOffline;

    /// <summary>How long, on the network's clock, each call takes to reach the network. Zero at first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _delayTicks));
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            Interlocked.Exchange(ref _delayTicks, value.Ticks);
        }
    }

    /// <summary>Calls that have yet to meet a fault that was planned for them.</summary>
    public int PlannedCount
    {
        get
        {
            lock (_gate) return _planned.Values.Sum(static queue => queue.Sum(static fault => fault.Left));
        }
    }

    /// <summary>Loses all subscriptions, and lets every call fail with <see cref="ErrorCatalogue.Unavailable"/> until <see cref="GoOnline"/>.</summary>
    public void GoOffline()
    {
        _isOffline = true;
        DropSubscriptions();
    }

    /// <summary>Makes the network reachable again. Streams find out at their next attempt, which the clock brings about.</summary>
    public void GoOnline() => _isOffline = false;

    /// <summary>Loses all open subscriptions, with what was under way on them. Streams come back by themselves.</summary>
    /// <returns>How many there were.</returns>
    public int DropSubscriptions() => _dropSubscriptions();

    /// <summary>Lets the next calls fail before they reach the network. What is planned first happens first.</summary>
    /// <param name="call">Which calls.</param>
    /// <param name="count">How many of them.</param>
    /// <param name="code">An entry of <see cref="ErrorCatalogue"/>; null for <see cref="ErrorCatalogue.Unavailable"/>. Clients repeat calls only where its <see cref="ErrorCode.Retryable"/> is true.</param>
    /// <param name="retryAfter">How long the node asks to wait; null when it does not say.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than one call, or a negative time.</exception>
    public void FailNext(NetworkCall call, int count = 1, ErrorCode? code = null, TimeSpan? retryAfter = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(retryAfter ?? default, TimeSpan.Zero, nameof(retryAfter));
        Plan(call, new PlannedFault(code ?? ErrorCatalogue.Unavailable, retryAfter, isAnswerLost: false, Positive(count)));
    }

    /// <summary>Tells the client that it is too fast, for the next calls.</summary>
    /// <param name="call">Which calls.</param>
    /// <param name="retryAfter">How long the node asks to wait.</param>
    /// <param name="count">How many of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than one call, or a negative time.</exception>
    public void RateLimitNext(NetworkCall call, TimeSpan retryAfter, int count = 1) => FailNext(call, count, ErrorCatalogue.RateLimited, retryAfter);

    /// <summary>
    /// The next publishes are stored and delivered, and their publishers are told <see cref="ErrorCatalogue.Unavailable"/>: what
    /// happens when a connection breaks after the request and before the answer.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than one.</exception>
    public void LoseNextAnswers(int count = 1) =>
        Plan(NetworkCall.Publish, new PlannedFault(ErrorCatalogue.Unavailable, null, isAnswerLost: true, Positive(count)));

    /// <summary>Ends all faults: online, without delay, nothing planned. Subscriptions that were lost stay lost.</summary>
    public void Clear()
    {
        lock (_gate) _planned.Clear();
        Delay = TimeSpan.Zero;
        GoOnline();
    }

    /// <summary>Takes what is planned for a call that begins now.</summary>
    internal PlannedFault? Take(NetworkCall call)
    {
        lock (_gate)
        {
            if (!_planned.TryGetValue(call, out var queue) || !queue.TryPeek(out var fault)) return null;
            if (--fault.Left == 0) queue.Dequeue();
            return fault;
        }
    }

    private static int Positive(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return count;
    }

    private void Plan(NetworkCall call, PlannedFault fault)
    {
        lock (_gate)
        {
            if (!_planned.TryGetValue(call, out var queue)) _planned[call] = queue = new Queue<PlannedFault>();
            queue.Enqueue(fault);
        }
    }
}
