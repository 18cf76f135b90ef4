namespace Xmtp.Protocol;

/// <summary>Every bound that a client and a node must agree on. Values are those of the classic network.</summary>
public static class Limits
{
    /// <summary>A topic, in UTF-8 bytes. Longer ones are refused with <c>InvalidArgument</c>.</summary>
    public const int TopicLengthMaxBytes = 300;

    /// <summary>The message of one envelope: 1 MiB less the topic and 62 bytes of framing.</summary>
    public const int MessageLengthMaxBytes = (1 << 20) - TopicLengthMaxBytes - 62;

    /// <summary>One request on any transport. Larger ones are refused with <c>ResourceExhausted</c>.</summary>
    public const int RequestLengthMaxBytes = 50 << 20;

    /// <summary>Largest sender time: stores keep it in a signed 64-bit column.</summary>
    public const ulong TimestampMaxNs = long.MaxValue;

    /// <summary>Rows of one page, and what a limit of 0 means.</summary>
    public const int PageSizeMax = 100;

    /// <summary>Rows of one page when the one topic asked for is a consent log.</summary>
    public const int UserPreferencesPageSizeMax = 500;

    /// <summary>Queries in one batch.</summary>
    public const int BatchQueriesMax = 50;

    /// <summary>How old a publish token may be by the node's clock.</summary>
    public static readonly TimeSpan TokenAgeMax = TimeSpan.FromHours(1);

    /// <summary>How far ahead of the node's clock a publish token may be dated.</summary>
    public static readonly TimeSpan TokenLeadMax = TimeSpan.FromHours(1);

    /// <summary>A publish token, encoded: about 372 characters are normal, so this is generous.</summary>
    public const int TokenLengthMaxChars = 4096;
}
