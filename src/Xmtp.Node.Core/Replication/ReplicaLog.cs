using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Replication;

/// <summary>How this node keeps up with one log that it does not write.</summary>
internal sealed class ReplicaLog(HeldLog held, TimeProvider time)
{
    /// <summary>The log as held.</summary>
    public HeldLog Held { get; } = held;

    public Hash256 Hash => Held.Hash;

    /// <summary>Where it ends once all that was handed to the writer is durable.</summary>
    public LogEnd Queued { get; set; } = held.End;

    /// <summary>The head at <see cref="Queued"/>.</summary>
    public SignedHead? QueuedHead { get; set; } = held.Position.Head;

    /// <summary>Who sends it to us; null for nobody.</summary>
    public NodeId? Source { get; set; }

    /// <summary>Who sends a range of it over a connection of its own; null for nobody.</summary>
    public NodeId? RangeHolder { get; set; }

    /// <summary>The number that range begins at.</summary>
    public ulong RangeFrom { get; set; }

    /// <summary>When something of it came last, or a source was chosen.</summary>
    public long LastProgress { get; set; } = time.GetTimestamp();

    /// <summary>Since when somebody else has more while the source brings nothing; null when that is not so.</summary>
    public long? OutrunSince { get; set; }

    /// <summary>When the source was last told again where to begin.</summary>
    public long LastAsked { get; set; }

    /// <summary>Since when the originator is not linked.</summary>
    public long OriginatorLostAt { get; set; } = time.GetTimestamp();

    /// <summary>When it may go on; before that the originator is over its quota, or something failed.</summary>
    public long ResumeAt { get; set; }

    /// <summary>What its originator signed and no correct node writes. It goes no further until a restart looks at it again.</summary>
    public string? Quarantine { get; set; }

    /// <summary>Holders that were of no use lately, and until when they are left alone.</summary>
    public Dictionary<NodeId, long> Avoided { get; } = [];

    /// <summary>Whether entries are on their way to the disk.</summary>
    public bool IsCommitting => Queued.Sequence > Held.End.Sequence;
}
