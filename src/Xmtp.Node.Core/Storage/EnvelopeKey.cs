using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Storage;

/// <summary>Place of an envelope in the order of queries: sender time first, then the digest's bytes.</summary>
/// <param name="SenderTimeNs">Sender time in nanoseconds.</param>
/// <param name="Digest">Digest.</param>
public readonly record struct EnvelopeKey(ulong SenderTimeNs, Hash256 Digest) : IComparable<EnvelopeKey>
{
    /// <summary>Before all others.</summary>
    public static EnvelopeKey Min => default;

    /// <summary>After all others.</summary>
    public static EnvelopeKey Max { get; } = new(ulong.MaxValue, Hash256.Max);

    /// <inheritdoc/>
    public int CompareTo(EnvelopeKey other) =>
        SenderTimeNs != other.SenderTimeNs ? SenderTimeNs.CompareTo(other.SenderTimeNs) : Digest.CompareTo(other.Digest);

    /// <summary>The key right after this one.</summary>
    /// <param name="next">The key.</param>
    /// <returns>False when this is <see cref="Max"/>.</returns>
    public bool TryGetNext(out EnvelopeKey next)
    {
        if (Digest.TryIncrement(out var digest)) next = this with { Digest = digest };
        else next = new EnvelopeKey(unchecked(SenderTimeNs + 1), default);
        return next != Min;
    }

    /// <summary>The key right before this one.</summary>
    /// <param name="previous">The key.</param>
    /// <returns>False when this is <see cref="Min"/>.</returns>
    public bool TryGetPrevious(out EnvelopeKey previous)
    {
        if (Digest.TryDecrement(out var digest)) previous = this with { Digest = digest };
        else previous = new EnvelopeKey(unchecked(SenderTimeNs - 1), Hash256.Max);
        return this != Min;
    }

    /// <summary>Query order of <paramref name="left"/> and <paramref name="right"/>.</summary>
    public static bool operator <(EnvelopeKey left, EnvelopeKey right) => left.CompareTo(right) < 0;

    /// <summary>Query order of <paramref name="left"/> and <paramref name="right"/>.</summary>
    public static bool operator >(EnvelopeKey left, EnvelopeKey right) => left.CompareTo(right) > 0;

    /// <summary>Query order of <paramref name="left"/> and <paramref name="right"/>.</summary>
    public static bool operator <=(EnvelopeKey left, EnvelopeKey right) => left.CompareTo(right) <= 0;

    /// <summary>Query order of <paramref name="left"/> and <paramref name="right"/>.</summary>
    public static bool operator >=(EnvelopeKey left, EnvelopeKey right) => left.CompareTo(right) >= 0;
}
