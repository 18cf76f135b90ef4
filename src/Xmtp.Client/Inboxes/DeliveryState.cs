namespace Xmtp.Client.Inboxes;

/// <summary>What became of a message.</summary>
public enum DeliveryState
{
    /// <summary>It came from the network: a peer wrote it, or this account did, on another device or without the outbox.</summary>
    Received,

    /// <summary>It waits in the outbox of this device until the network can be reached.</summary>
    Queued,

    /// <summary>The outbox sent it, and the network has it.</summary>
    Sent,

    /// <summary>The network refused it for good. <see cref="Inbox.RetryAsync"/> tries again, <see cref="Inbox.DiscardAsync"/> forgets it.</summary>
    Refused,
}
