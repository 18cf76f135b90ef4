namespace Xmtp.Node.Core.Membership;

/// <summary>How far a node's log may fill this one's disk and line.</summary>
internal enum PeerTier
{
    /// <summary>It came not long ago, or is gone.</summary>
    New,

    /// <summary>Linked for a day without a long absence.</summary>
    Known,

    /// <summary>Listed by this operator, or quotas are off.</summary>
    Trusted,
}
