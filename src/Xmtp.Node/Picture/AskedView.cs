namespace Xmtp.Node.Picture;

/// <summary>How the last question to a node ended.</summary>
/// <param name="AskedAt">When, as a timestamp of the clock.</param>
/// <param name="Asked">When, for people.</param>
/// <param name="View">What it said; null when it did not answer.</param>
/// <param name="Failure">Why it did not.</param>
internal sealed record AskedView(long AskedAt, DateTimeOffset Asked, NodeView? View, string? Failure);
