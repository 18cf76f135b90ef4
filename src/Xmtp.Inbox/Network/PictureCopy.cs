namespace Xmtp.Inbox.Network;

/// <summary>How much of a log a node has.</summary>
public sealed record PictureCopy(int Node, long Entries, long LagEntries, long? LagMs);
