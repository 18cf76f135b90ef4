using Xmtp.Client.Streams;

namespace Xmtp.Client.Inboxes;

/// <summary>The state of an inbox, and who waits for another. Safe for concurrent use.</summary>
internal sealed class InboxStatus(Action<InboxState> changed)
{
    private readonly Lock _gate = new();
    private InboxState _state = new(InboxPhase.Stopped, 0, null, null);
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public InboxState State
    {
        get
        {
            lock (_gate) return _state;
        }
    }

    /// <summary>The state, and what completes when there is another.</summary>
    public (InboxState State, Task Next) Watch()
    {
        lock (_gate) return (_state, _next.Task);
    }

    /// <summary>Works the state out from its parts, and tells when it is another.</summary>
    /// <param name="getSync">Gives what syncs; null when nothing does.</param>
    /// <param name="unsent">How many messages wait.</param>
    /// <param name="outboxFailure">Why they wait.</param>
    /// <param name="now">The clock.</param>
    public void Update(Func<InboxSync?> getSync, int unsent, Exception? outboxFailure, DateTimeOffset now)
    {
        InboxState state;
        lock (_gate)
        {
            // Looked at inside, so that of two callers the later one has the later picture.
            var sync = getSync();
            var phase = PhaseOf(sync);
            state = new InboxState(phase, unsent, phase == InboxPhase.Live ? now : _state.LiveAt, sync?.Failure ?? outboxFailure);
            if (state with { LiveAt = _state.LiveAt } == _state) return;
            _state = state;
            _next.TrySetResult();
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed(state);
    }

    private static InboxPhase PhaseOf(InboxSync? sync) => sync switch
    {
        null => InboxPhase.Stopped,
        { Connection: null } => InboxPhase.Connecting,
        { Connection: ConnectionState.Closed } => InboxPhase.Stopped,
        { Connection: ConnectionState.Reconnecting } => InboxPhase.Offline,
        { IsComplete: true } => InboxPhase.Live,
        _ => InboxPhase.CatchingUp,
    };
}
