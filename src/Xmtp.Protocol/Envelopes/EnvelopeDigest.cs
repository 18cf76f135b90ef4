using System.Security.Cryptography;
using System.Text;

namespace Xmtp.Protocol.Envelopes;

/// <summary>
/// SHA-256 over the topic's UTF-8 bytes followed by the message bytes; the sender time is not part of it. With the
/// sender time it orders envelopes and makes a page cursor. Topic and message are joined without a separator,
/// so only (topic, time, digest) identifies an envelope.
/// </summary>
public static class EnvelopeDigest
{
    /// <summary>Length in bytes.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    private const int StackLengthMax = 2048;

    /// <summary>Computes the digest into <paramref name="destination"/>.</summary>
    /// <param name="topic">Topic text.</param>
    /// <param name="message">Message bytes of the envelope.</param>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public static void Compute(string topic, ReadOnlySpan<byte> message, Span<byte> destination)
    {
        var topicLength = Encoding.UTF8.GetByteCount(topic);
        // A copy of a usual message costs less than an incremental hash object.
        if (topicLength + message.Length <= StackLengthMax)
        {
            Span<byte> input = stackalloc byte[StackLengthMax];
            Encoding.UTF8.GetBytes(topic, input);
            message.CopyTo(input[topicLength..]);
            SHA256.HashData(input[..(topicLength + message.Length)], destination);
            return;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> utf8 = topicLength <= StackLengthMax ? stackalloc byte[topicLength] : new byte[topicLength];
        Encoding.UTF8.GetBytes(topic, utf8);
        hash.AppendData(utf8);
        hash.AppendData(message);
        hash.GetHashAndReset(destination);
    }

    /// <summary>Computes the digest into a new array of <see cref="Length"/> bytes.</summary>
    public static byte[] Compute(string topic, ReadOnlySpan<byte> message)
    {
        var digest = new byte[Length];
        Compute(topic, message, digest);
        return digest;
    }
}
