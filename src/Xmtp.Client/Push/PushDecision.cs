namespace Xmtp.Client.Push;

/// <summary>What a push server does with an envelope for one of its users.</summary>
public enum PushDecision
{
    /// <summary>Notify the user.</summary>
    Notify,

    /// <summary>The user sent it.</summary>
    SentByUser,

    /// <summary>The sender asked for no notification: a reaction or a receipt, say.</summary>
    NotWanted,

    /// <summary>No message at all.</summary>
    Malformed,
}
