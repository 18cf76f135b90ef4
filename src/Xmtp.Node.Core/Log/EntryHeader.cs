namespace Xmtp.Node.Core.Log;

/// <summary>
/// All of an entry but its payload. It outlives the payload: when that expires the header stays, so that the log
/// remains dense.
/// </summary>
public sealed record EntryHeader
{
    /// <summary>What the payload is.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>Log and number.</summary>
    public required EntryPlace Place { get; init; }

    /// <summary>The writer's clock at the append, in nanoseconds since 1970; it never decreases within a log.</summary>
    public required long OriginatorTimeNs { get; init; }

    /// <summary>When the payload may go, in nanoseconds since 1970; 0 = never.</summary>
    public required long ExpiryNs { get; init; }

    /// <summary>Time in the visible index: of a classic envelope the one its sender chose.</summary>
    public required ulong SenderTimeNs { get; init; }

    /// <summary>Of a classic envelope SHA-256 over topic and message, which also fixes the payload.</summary>
    public required Hash256 Digest { get; init; }

    /// <summary>What makes two publishes the same; see <see cref="IdempotencyKey"/>.</summary>
    public required Hash256 IdempotencyKey { get; init; }

    /// <summary>Length of the payload in bytes, also after it is gone.</summary>
    public required int PayloadLength { get; init; }

    /// <summary>The topic.</summary>
    public required string Topic { get; init; }
}
