using Xmtp.Protocol;

namespace Xmtp.Client.Conversations;

/// <summary>Which messages of a conversation to list.</summary>
public sealed record ListMessagesOptions
{
    /// <summary>The earliest time, inclusive; null for the beginning.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>The latest time, inclusive; null for the end.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>How many messages at most; null for all.</summary>
    public int? Limit
    {
        get;
        init
        {
            if (value is { } limit) ArgumentOutOfRangeException.ThrowIfNegative(limit, nameof(Limit));
            field = value;
        }
    }

    /// <summary>Whether the newest comes first; otherwise the oldest does.</summary>
    public bool NewestFirst { get; init; }

    /// <summary>How many envelopes to ask the node for at a time, 1 to <see cref="Limits.PageSizeMax"/>.</summary>
    public int PageSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(PageSize));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Limits.PageSizeMax, nameof(PageSize));
            field = value;
        }
    } = Limits.PageSizeMax;

    internal ulong StartNs => Start is { } start ? UnixTime.ToNanoseconds(start) : 0;

    // Times are shown cut to 100 ns: the end includes all that are shown as it.
    internal ulong EndNs => End is { } end ? Math.Min(UnixTime.ToNanoseconds(end), ulong.MaxValue - 99) + 99 : ulong.MaxValue;
}
