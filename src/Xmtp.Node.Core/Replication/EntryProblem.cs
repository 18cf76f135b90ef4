namespace Xmtp.Node.Core.Replication;

/// <summary>Why entries of another node are not taken.</summary>
internal enum EntryProblem
{
    /// <summary>The frame is malformed, or the bytes were changed on the way: whoever sent it is to blame.</summary>
    Sender,

    /// <summary>The originator signed something that no correct node writes: its log goes no further.</summary>
    Originator,

    /// <summary>Nothing wrong with it, but not now: the clock of the originator is ahead.</summary>
    Early,
}
