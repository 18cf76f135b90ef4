using System.Buffers.Binary;
using System.Security.Cryptography;
using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// A log's name, the same on every node. A node begins a new incarnation when it cannot be sure that it knows all it ever
/// wrote, so that no number is ever used twice.
/// </summary>
/// <param name="Node">Who writes it.</param>
/// <param name="Shard">Which of the node's writers, from 0.</param>
/// <param name="Incarnation">Drawn at random when the log was begun.</param>
public readonly record struct LogName(NodeId Node, uint Shard, ulong Incarnation)
{
    /// <summary>Length in bytes.</summary>
    public const int Length = Hash256.Length + sizeof(uint) + sizeof(ulong);

    private static ReadOnlySpan<byte> Domain => "xmtp.node.log/name/1"u8;

    /// <summary>Writes node, shard and incarnation, big-endian.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        Node.Hash.CopyTo(destination);
        BinaryPrimitives.WriteUInt32BigEndian(destination[32..], Shard);
        BinaryPrimitives.WriteUInt64BigEndian(destination[36..], Incarnation);
    }

    /// <summary>Reads what <see cref="CopyTo"/> wrote.</summary>
    /// <param name="source">At least <see cref="Length"/> bytes.</param>
    public static LogName Read(ReadOnlySpan<byte> source) => new(
        new NodeId(new Hash256(source[..32])), BinaryPrimitives.ReadUInt32BigEndian(source[32..]), BinaryPrimitives.ReadUInt64BigEndian(source[36..]));

    /// <summary>SHA-256 over a domain text and the name: what stands for the log between nodes.</summary>
    public Hash256 ToHash()
    {
        Span<byte> input = stackalloc byte[Domain.Length + Length];
        Domain.CopyTo(input);
        CopyTo(input[Domain.Length..]);
        Span<byte> hash = stackalloc byte[Hash256.Length];
        SHA256.HashData(input, hash);
        return new Hash256(hash);
    }

    /// <summary>Node, shard and incarnation, shortened for people.</summary>
    public override string ToString() => $"{Node.ToShortString()}/{Shard}/{Incarnation:x16}";
}
