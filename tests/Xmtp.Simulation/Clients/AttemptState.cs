namespace Xmtp.Simulation.Clients;

/// <summary>What the client knows of a publish.</summary>
internal enum AttemptState
{
    Pending,

    /// <summary>Acknowledged at the level asked for.</summary>
    Acknowledged,

    /// <summary>Durable at the node; the level asked for was not reached in time.</summary>
    AcknowledgedLess,

    /// <summary>Refused: nothing was stored.</summary>
    Refused,

    /// <summary>It may be stored, or not.</summary>
    Unknown,
}
