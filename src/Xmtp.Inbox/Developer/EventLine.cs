namespace Xmtp.Inbox.Developer;

/// <summary>A line of the log.</summary>
public sealed record EventLine(DateTimeOffset Time, LogLevel Level, string Text);
