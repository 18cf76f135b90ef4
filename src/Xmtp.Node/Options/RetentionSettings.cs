namespace Xmtp.Node.Options;

/// <summary>How long envelopes are kept that are published to this node.</summary>
public sealed record RetentionSettings
{
    /// <summary>On topics that begin with <c>/xmtp/</c>; null keeps them for ever.</summary>
    public TimeSpan? XmtpTopics { get; init; }

    /// <summary>On all other topics; null keeps them for ever.</summary>
    public TimeSpan? OtherTopics { get; init; } = TimeSpan.FromDays(1);
}
