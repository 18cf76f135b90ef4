namespace Xmtp.Simulation.Nodes;

/// <summary>Bugs that are planted to prove that the checkers find them.</summary>
internal enum Canary
{
    None,

    /// <summary>The store drops the last entry of a commit and says nothing.</summary>
    DroppedEntry,

    /// <summary>Payloads of two entries change places after the check.</summary>
    SwappedPayloads,

    /// <summary>After a restore nobody is asked about the own log.</summary>
    NoRollbackGuard,

    /// <summary>A follower asks from what it has heard of on, not from what it has.</summary>
    ResumesFromMaximum,

    /// <summary>Entries are acknowledged before they are on the disk.</summary>
    EarlyAcknowledgement,

    /// <summary>The store does not find what readers see, so that repeats are stored again.</summary>
    ForgetsRepeats,

    /// <summary>A publish is acknowledged when the writer takes it.</summary>
    EarlyPublishAcknowledgement,
}
