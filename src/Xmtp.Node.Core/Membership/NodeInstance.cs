using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Membership;

/// <summary>One start of a process: tells two processes with one key apart, and which of them is older.</summary>
/// <param name="StartedNs">When it started, in nanoseconds since 1970 of its own clock.</param>
/// <param name="Id">Random.</param>
internal readonly record struct NodeInstance(long StartedNs, UInt128 Id) : IComparable<NodeInstance>
{
    /// <summary>Length of the id on the wire.</summary>
    public const int IdLength = 16;

    /// <summary>This process, now.</summary>
    public static NodeInstance Create(TimeProvider time) =>
        new(time.GetUtcNow().ToUnixTimeNanoseconds(), BinaryPrimitives.ReadUInt128BigEndian(RandomNumberGenerator.GetBytes(IdLength)));

    /// <summary>Takes an instance from a Hello.</summary>
    public static bool TryRead(ByteString id, long startedNs, [NotNullWhen(true)] out NodeInstance? instance)
    {
        instance = id.Length == IdLength ? new NodeInstance(startedNs, BinaryPrimitives.ReadUInt128BigEndian(id.Span)) : null;
        return instance is not null;
    }

    /// <summary>The id as it travels.</summary>
    public ByteString ToByteString()
    {
        Span<byte> bytes = stackalloc byte[IdLength];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Id);
        return ByteString.CopyFrom(bytes);
    }

    /// <summary>The older one first.</summary>
    public int CompareTo(NodeInstance other) => StartedNs != other.StartedNs ? StartedNs.CompareTo(other.StartedNs) : Id.CompareTo(other.Id);
}
