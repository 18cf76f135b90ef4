namespace Xmtp.Client.Messages;

/// <summary>Which generation of the classic protocol a conversation or message belongs to.</summary>
public enum MessageVersion
{
    /// <summary>Key bundles of both parties in clear, one conversation for each pair of accounts.</summary>
    V1 = 1,

    /// <summary>Conversations opened by a sealed invitation, any number for each pair of accounts.</summary>
    V2 = 2,
}
