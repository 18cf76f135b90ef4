namespace Xmtp.Node.Options;

/// <summary>How log lines look.</summary>
public enum LogFormat
{
    /// <summary>One line of text per event, for people.</summary>
    Console,

    /// <summary>One JSON object per event and line, for machines.</summary>
    Json,
}
