namespace Xmtp.Client.Streams;

/// <summary>How a stream stands with its node.</summary>
public enum ConnectionState
{
    /// <summary>Live: what is published arrives.</summary>
    Connected,

    /// <summary>Live again after a loss, and fetching what was published meanwhile.</summary>
    CatchingUp,

    /// <summary>The connection was lost and is being made again. Live-only (ephemeral) messages of this time are gone.</summary>
    Reconnecting,

    /// <summary>Over: disposed, cancelled or failed.</summary>
    Closed,
}
