using System.Diagnostics.CodeAnalysis;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Keys;

/// <summary>Who a node is: SHA-256 of its public key. As text 64 lower-case hex digits.</summary>
/// <param name="Hash">The hash.</param>
public readonly record struct NodeId(Hash256 Hash) : IComparable<NodeId>, ISpanParsable<NodeId>
{
    /// <inheritdoc/>
    public int CompareTo(NodeId other) => Hash.CompareTo(other.Hash);

    /// <summary>The first eight digits: enough for people to tell the nodes of one network apart.</summary>
    public string ToShortString() => ToString()[..8];

    /// <inheritdoc/>
    public override string ToString() => Convert.ToHexStringLower(Hash.ToArray());

    /// <inheritdoc/>
    public static NodeId Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static NodeId Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("A node id is 64 hex digits.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out NodeId result) => TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out NodeId result)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Length];
        var isHash = s.Length == 2 * Hash256.Length && Convert.FromHexString(s, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        result = isHash ? new NodeId(new Hash256(bytes)) : default;
        return isHash;
    }

    /// <summary>Order of the bytes.</summary>
    public static bool operator <(NodeId left, NodeId right) => left.CompareTo(right) < 0;

    /// <summary>Order of the bytes.</summary>
    public static bool operator >(NodeId left, NodeId right) => left.CompareTo(right) > 0;

    /// <summary>Order of the bytes.</summary>
    public static bool operator <=(NodeId left, NodeId right) => left.CompareTo(right) <= 0;

    /// <summary>Order of the bytes.</summary>
    public static bool operator >=(NodeId left, NodeId right) => left.CompareTo(right) >= 0;
}
