namespace Xmtp.Simulation.Scenarios;

/// <summary>What goes wrong.</summary>
internal enum FaultKind
{
    /// <summary>Some nodes cannot reach the others: one against the rest, two halves, or a ring of partial links.</summary>
    Partition,

    /// <summary>One way of a link is dead.</summary>
    OneWay,

    /// <summary>Connections are reset.</summary>
    Resets,

    /// <summary>A node's links are slow and carry little.</summary>
    SlowLinks,

    /// <summary>A process dies and comes back.</summary>
    Kill,

    /// <summary>All machines lose power at once.</summary>
    PowerCut,

    /// <summary>A process stands still.</summary>
    Pause,

    /// <summary>A machine comes back with an older state of its disk.</summary>
    Rollback,

    /// <summary>A machine is gone for ever.</summary>
    Destroy,

    /// <summary>A node leaves and comes back, or does not.</summary>
    Leave,

    /// <summary>Writes fail, before or after they became durable.</summary>
    DiskErrors,

    /// <summary>A disk is full.</summary>
    DiskFull,

    /// <summary>Writes take long.</summary>
    SlowDisk,

    /// <summary>A calendar jumps.</summary>
    ClockJump,

    /// <summary>Stored bytes change.</summary>
    BitRot,
}
