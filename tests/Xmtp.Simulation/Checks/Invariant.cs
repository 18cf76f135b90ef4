namespace Xmtp.Simulation.Checks;

/// <summary>What holds on every run. The numbers are those of the network's test plan.</summary>
internal enum Invariant
{
    /// <summary>What was acknowledged at a level is, after healing, on every correct node, unless more stores than the level promises were destroyed.</summary>
    Durability = 1,

    /// <summary>Every stored entry was published by some client.</summary>
    NoPhantom = 2,

    /// <summary>One entry for each idempotency key in a node's own logs, one visible envelope for each key on each node, and the same place for each repeat.</summary>
    Idempotency = 3,

    /// <summary>Logs are dense and chained, heads verify, and all correct nodes agree on every common prefix.</summary>
    Agreement = 4,

    /// <summary>Nothing that a reader or a peer was shown vanishes.</summary>
    Exposure = 5,

    /// <summary>Pages and live delivery together give all there is, each once.</summary>
    Delivery = 6,

    /// <summary>Correct nodes are never accused, by themselves or by others.</summary>
    Innocence = 10,

    /// <summary>After healing all is soon equal again; queues, sessions and memory stay bounded.</summary>
    Convergence = 11,

    /// <summary>Evidence about a node that signed two histories reaches all correct nodes.</summary>
    Evidence = 101,

    /// <summary>No step of a node fails, and its parts keep to what they promise each other.</summary>
    Soundness = 102,
}
