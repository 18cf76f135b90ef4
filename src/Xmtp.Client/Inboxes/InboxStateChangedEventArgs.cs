namespace Xmtp.Client.Inboxes;

/// <summary>The state of the inbox changed.</summary>
public sealed class InboxStateChangedEventArgs(InboxState state) : EventArgs
{
    /// <summary>The new state.</summary>
    public InboxState State => state;
}
