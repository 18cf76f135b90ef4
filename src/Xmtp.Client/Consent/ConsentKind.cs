namespace Xmtp.Client.Consent;

/// <summary>What a consent entry is about. The last two concern V3 and are kept as they are found.</summary>
public enum ConsentKind
{
    /// <summary>An account.</summary>
    Address,

    /// <summary>A group.</summary>
    Group,

    /// <summary>A V3 inbox.</summary>
    Inbox,
}
