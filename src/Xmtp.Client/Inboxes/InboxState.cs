namespace Xmtp.Client.Inboxes;

/// <summary>How the local store stands with the network: a snapshot.</summary>
/// <param name="Phase">What is going on.</param>
/// <param name="Unsent">How many messages wait in the outbox.</param>
/// <param name="LiveAt">When the store was last complete; null when never since the start.</param>
/// <param name="Error">Why the network cannot be reached, or why syncing has ended by itself; null when nothing is wrong.</param>
public sealed record InboxState(InboxPhase Phase, int Unsent, DateTimeOffset? LiveAt, Exception? Error);
