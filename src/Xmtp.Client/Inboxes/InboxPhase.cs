namespace Xmtp.Client.Inboxes;

/// <summary>How the local store stands with the network.</summary>
public enum InboxPhase
{
    /// <summary>Nothing is fetched or sent: not started, or stopped.</summary>
    Stopped,

    /// <summary>The first connection is being made.</summary>
    Connecting,

    /// <summary>Connected, and fetching what the store has not got yet.</summary>
    CatchingUp,

    /// <summary>Everything that the network had is in the store, and what is new comes at once.</summary>
    Live,

    /// <summary>The network cannot be reached. It is tried again and again; what is sent waits.</summary>
    Offline,
}
