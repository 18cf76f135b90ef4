namespace Xmtp.Cli.Checks;

/// <summary>What a reason is about. The names, in lower case with dashes, are stable; <c>docs/operating/network.md</c> says what to do about each.</summary>
public enum CheckKind
{
    /// <summary>The node that was asked did not answer, so nothing is known.</summary>
    NotAsked,

    /// <summary>A node cannot be asked.</summary>
    Unreachable,

    /// <summary>Fewer than half of the known nodes answer.</summary>
    FewNodes,

    /// <summary>A node has no link to another one.</summary>
    LinkDown,

    /// <summary>A node hears nothing from another one.</summary>
    LinkSuspect,

    /// <summary>A node does not know another one, or nodes name their network differently.</summary>
    NodeUnknown,

    /// <summary>What a node answered cannot be right.</summary>
    AnswerInvalid,

    /// <summary>A node shows a record that its owner did not sign.</summary>
    RecordInvalid,

    /// <summary>A record is about to expire: its node has not renewed it.</summary>
    RecordExpiring,

    /// <summary>A node's clock is wrong.</summary>
    Clock,

    /// <summary>A node shows a head that does not hold.</summary>
    HeadInvalid,

    /// <summary>A node holds nothing of a log.</summary>
    LogMissing,

    /// <summary>A node is behind with a log.</summary>
    Lag,

    /// <summary>A node has less of its own log than others have.</summary>
    OwnLogBehind,

    /// <summary>Two nodes hold different histories of one log.</summary>
    Diverged,

    /// <summary>A log was stopped because its originator signed two histories.</summary>
    Frozen,

    /// <summary>Entries that a node sent do not hold.</summary>
    EntriesInvalid,

    /// <summary>Two nodes could not be compared.</summary>
    NotCompared,
}
