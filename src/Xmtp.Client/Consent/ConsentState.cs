namespace Xmtp.Client.Consent;

/// <summary>What the account's owner decided about someone.</summary>
public enum ConsentState
{
    /// <summary>Nothing yet.</summary>
    Unknown,

    /// <summary>Wants to hear from them.</summary>
    Allowed,

    /// <summary>Does not want to hear from them.</summary>
    Denied,
}
