namespace Xmtp.Node.Core.Membership;

/// <summary>What became of a record that came.</summary>
internal enum RecordOutcome
{
    /// <summary>It is held already.</summary>
    Held,

    /// <summary>A newer one of the node is held, or the node has left since.</summary>
    Older,

    /// <summary>A node that was not known.</summary>
    Added,

    /// <summary>A newer one of a known node.</summary>
    Changed,

    /// <summary>A farewell.</summary>
    Left,

    /// <summary>Well-formed, and not taken here and now: another network, out of time, not admitted, no room.</summary>
    NotTaken,

    /// <summary>Another record with the same counter is held: two nodes with one key.</summary>
    Conflict,

    /// <summary>This node's own, and its signature holds; this process may or may not have made it.</summary>
    Own,

    /// <summary>No record.</summary>
    Malformed,

    /// <summary>The signature does not hold: the sender made it up, for no correct node passes such a record on.</summary>
    Forged,

    /// <summary>The sender has made this node check too many signatures.</summary>
    TooMany,
}
