using System.Buffers.Binary;
using System.Security.Cryptography;
using Xmtp.Protocol;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// What makes a publish a repeat of an earlier one: SHA-256 over a domain text, the kind, and the parts that
/// identify an entry of that kind, each preceded by its length as four big-endian bytes. The lengths keep apart what
/// the digest joins: topic <c>ab</c> with message <c>c</c> is another envelope than topic <c>a</c> with <c>bc</c>.
/// </summary>
public static class IdempotencyKey
{
    private const int LengthSize = sizeof(int);

    private static ReadOnlySpan<byte> Domain => "xmtp.node.log/idempotency/1"u8;

    /// <summary>The key of a classic envelope: topic, sender time (eight bytes) and digest.</summary>
    /// <param name="topic">Topic in UTF-8, at most <see cref="Limits.TopicLengthMaxBytes"/> bytes.</param>
    /// <param name="senderTimeNs">The sender's time.</param>
    /// <param name="digest">SHA-256 over topic and message.</param>
    public static Hash256 ForClassicEnvelope(ReadOnlySpan<byte> topic, ulong senderTimeNs, Hash256 digest)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(topic.Length, Limits.TopicLengthMaxBytes);
        Span<byte> input = stackalloc byte[Domain.Length + 1 + 3 * LengthSize + Limits.TopicLengthMaxBytes + sizeof(ulong) + Hash256.Length];
        Domain.CopyTo(input);
        input[Domain.Length] = (byte)EntryKind.ClassicEnvelope;
        var rest = input[(Domain.Length + 1)..];

        BinaryPrimitives.WriteInt32BigEndian(rest, topic.Length);
        topic.CopyTo(rest[LengthSize..]);
        rest = rest[(LengthSize + topic.Length)..];

        BinaryPrimitives.WriteInt32BigEndian(rest, sizeof(ulong));
        BinaryPrimitives.WriteUInt64BigEndian(rest[LengthSize..], senderTimeNs);
        rest = rest[(LengthSize + sizeof(ulong))..];

        BinaryPrimitives.WriteInt32BigEndian(rest, Hash256.Length);
        digest.CopyTo(rest[LengthSize..]);
        rest = rest[(LengthSize + Hash256.Length)..];

        Span<byte> key = stackalloc byte[Hash256.Length];
        SHA256.HashData(input[..^rest.Length], key);
        return new Hash256(key);
    }
}
