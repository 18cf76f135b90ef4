namespace Xmtp.Node.Core.Log;

/// <summary>
/// All of an entry but its payload. It outlives the payload: when that expires the header stays, so that the log
/// remains dense and its chain can be checked.
/// </summary>
public sealed record EntryHeader
{
    /// <summary>What the payload is.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>The log.</summary>
    public required LogName Log { get; init; }

    /// <summary>Number in the log: 1, 2, 3, … without a gap.</summary>
    public required ulong Sequence { get; init; }

    /// <summary>
    /// Hash of the header before this one. Of the first entry it is that of the last own entry known when this incarnation was
    /// begun, or zeros: a note, which binds nothing.
    /// </summary>
    public required Hash256 PreviousHash { get; init; }

    /// <summary>The writer's clock at the append, in nanoseconds since 1970; it never decreases within a log.</summary>
    public required long OriginatorTimeNs { get; init; }

    /// <summary>When the payload may go, in nanoseconds since 1970; 0 = never.</summary>
    public required long ExpiryNs { get; init; }

    /// <summary>Time in the visible index: of a classic envelope the one its sender chose.</summary>
    public required ulong SenderTimeNs { get; init; }

    /// <summary>Of a classic envelope SHA-256 over topic and message.</summary>
    public required Hash256 Digest { get; init; }

    /// <summary>What makes two publishes the same; see <see cref="IdempotencyKey"/>.</summary>
    public required Hash256 IdempotencyKey { get; init; }

    /// <summary>SHA-256 of the payload.</summary>
    public required Hash256 PayloadHash { get; init; }

    /// <summary>Length of the payload in bytes, also after it is gone.</summary>
    public required int PayloadLength { get; init; }

    /// <summary>The topic.</summary>
    public required string Topic { get; init; }
}
