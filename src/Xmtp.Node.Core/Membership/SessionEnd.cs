namespace Xmtp.Node.Core.Membership;

/// <summary>What the end of a connection means for the next dial.</summary>
internal enum SessionEnd
{
    /// <summary>It broke, or nothing came.</summary>
    Failure,

    /// <summary>One of the two does not want the other.</summary>
    Refusal,

    /// <summary>Another connection with the node is kept.</summary>
    Duplicate,
}
