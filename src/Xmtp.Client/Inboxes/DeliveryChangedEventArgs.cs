namespace Xmtp.Client.Inboxes;

/// <summary>A message of the outbox was sent, refused or queued again.</summary>
public sealed class DeliveryChangedEventArgs(InboxMessage message) : EventArgs
{
    /// <summary>The message as it is now.</summary>
    public InboxMessage Message => message;
}
