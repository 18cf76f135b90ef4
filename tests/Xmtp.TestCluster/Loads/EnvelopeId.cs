using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Xmtp.Node.Core.Log;

namespace Xmtp.TestCluster.Loads;

/// <summary>What makes an envelope the same wherever it stands: its topic, time and message, hashed.</summary>
public static class EnvelopeId
{
    /// <summary>Of an envelope.</summary>
    public static Hash256 Of(string topic, ulong timeNs, ReadOnlySpan<byte> message)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(number, (ulong)topic.Length);
        hash.AppendData(number);
        hash.AppendData(Encoding.UTF8.GetBytes(topic));
        BinaryPrimitives.WriteUInt64BigEndian(number, timeNs);
        hash.AppendData(number);
        hash.AppendData(message);
        return new Hash256(hash.GetHashAndReset());
    }
}
