namespace Xmtp.Inbox.Network;

/// <summary>Two nodes by their places, and how they stand with each other: <c>up</c>, <c>half</c>, <c>suspect</c>, <c>down</c>.</summary>
public sealed record PictureLink(int A, int B, string State);
