using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// The originator's word that its log up to a number is this and nothing else. It is signed before the commit that it covers and
/// stored with it. Bytes, version 1, all numbers big-endian:
/// <code>
/// offset size
///   0      1   version (1)
///   1     44   log: node (32), shard (4), incarnation (8)
///  45      8   sequence of the last entry
///  53     32   hash of that entry's header
///  85      8   originator time of that entry, ns
///  93     64   signature over a domain text and bytes 0 to 92
/// </code>
/// The bytes are frozen by <c>vectors/storage</c>.
/// </summary>
public sealed class SignedHead
{
    /// <summary>The version written.</summary>
    public const byte Version = 1;

    /// <summary>Length in bytes.</summary>
    public const int Length = SignedLength + NodePublicKey.SignatureLength;

    private const int SignedLength = 93;
    private const int SequenceOffset = 1 + LogName.Length;
    private const int HashOffset = SequenceOffset + sizeof(ulong);
    private const int TimeOffset = HashOffset + Hash256.Length;

    private readonly byte[] _bytes;

    private SignedHead(byte[] bytes)
    {
        _bytes = bytes;
        Log = LogName.Read(bytes.AsSpan(1));
        Sequence = BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(SequenceOffset));
        Hash = new Hash256(bytes.AsSpan(HashOffset, Hash256.Length));
        OriginatorTimeNs = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(TimeOffset));
    }

    /// <summary>The log.</summary>
    public LogName Log { get; }

    /// <summary>Number of the last entry covered.</summary>
    public ulong Sequence { get; }

    /// <summary>Hash of that entry's header, and by the chain of all before it.</summary>
    public Hash256 Hash { get; }

    /// <summary>Originator time of that entry.</summary>
    public long OriginatorTimeNs { get; }

    /// <summary>The <see cref="Length"/> bytes, as stored and sent.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    private static ReadOnlySpan<byte> Domain => "xmtp.node.log/head/1"u8;

    /// <summary>Signs a head.</summary>
    /// <param name="key">The originator's key.</param>
    /// <param name="log">One of its logs.</param>
    /// <param name="end">The last entry.</param>
    public static SignedHead Create(NodeKey key, LogName log, LogEnd end)
    {
        ArgumentNullException.ThrowIfNull(key);
        var bytes = new byte[Length];
        bytes[0] = Version;
        log.CopyTo(bytes.AsSpan(1));
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(SequenceOffset), end.Sequence);
        end.Hash.CopyTo(bytes.AsSpan(HashOffset));
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(TimeOffset), end.OriginatorTimeNs);
        Span<byte> input = stackalloc byte[Domain.Length + SignedLength];
        WriteSigned(bytes, input);
        key.Sign(input, bytes.AsSpan(SignedLength));
        return new SignedHead(bytes);
    }

    /// <summary>Reads a head without checking its signature.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="head">The head.</param>
    /// <returns>False when the bytes are no head of a known version, or name no entry.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignedHead? head)
    {
        head = bytes.Length == Length && bytes[0] == Version ? new SignedHead(bytes.ToArray()) : null;
        if (head is { Sequence: 0 }) head = null;
        return head is not null;
    }

    /// <summary>Whether the originator signed this.</summary>
    /// <param name="key">The key of <see cref="LogName.Node"/>; another key is false.</param>
    public bool IsSignedBy(NodePublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Id != Log.Node) return false;
        Span<byte> input = stackalloc byte[Domain.Length + SignedLength];
        WriteSigned(_bytes, input);
        return key.Verify(input, _bytes.AsSpan(SignedLength));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Log}@{Sequence}";

    private static void WriteSigned(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        Domain.CopyTo(destination);
        bytes[..SignedLength].CopyTo(destination[Domain.Length..]);
    }
}
