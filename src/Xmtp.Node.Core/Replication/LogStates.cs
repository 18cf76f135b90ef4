using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Replication;

/// <summary>What this node says of the logs it holds: one by one, and as one hash.</summary>
internal static class LogStates
{
    /// <summary>A log's name with its originator's key.</summary>
    public static LogDescriptor Describe(HeldLog log) => new()
    {
        PublicKey = UnsafeByteOperations.UnsafeWrap(log.Key.Bytes), Shard = log.Name.Shard, Incarnation = log.Name.Incarnation,
    };

    /// <summary>A log's name, its durable end, and the head that proves it.</summary>
    public static LogState Of(HeldLog log)
    {
        var (end, head) = log.Position;
        return new LogState
        {
            Log = Describe(log),
            Watermark = end.Sequence,
            Hash = UnsafeByteOperations.UnsafeWrap(end.Hash.ToArray()),
            Head = head is null ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(head.Bytes),
            Frozen = log.IsFrozen,
        };
    }

    /// <summary>Logs with at least one entry, in the order of their hashes: the order in which all nodes hash them.</summary>
    public static List<HeldLog> Sorted(LogTable logs)
    {
        List<HeldLog> held = [.. logs.All.Where(static log => log.End.Sequence > 0)];
        held.Sort(static (left, right) => left.Hash.CompareTo(right.Hash));
        return held;
    }

    /// <summary>Where every log ends now.</summary>
    public static IReadOnlyList<(HeldLog Log, ulong End)> Ends(LogTable logs) => [.. logs.All.Select(static log => (log, log.End.Sequence))];

    /// <summary>SHA-256 over hash, watermark and hash at the watermark of every log: equal when two nodes hold the same.</summary>
    public static Hash256 VectorHash(LogTable logs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> row = stackalloc byte[Hash256.Length + sizeof(ulong) + Hash256.Length];
        foreach (var log in Sorted(logs))
        {
            var end = log.End;
            log.Hash.CopyTo(row);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(row[Hash256.Length..], end.Sequence);
            end.Hash.CopyTo(row[(Hash256.Length + sizeof(ulong))..]);
            hash.AppendData(row);
        }

        return new Hash256(hash.GetHashAndReset());
    }

    /// <summary>The name in a descriptor, without taking the key apart.</summary>
    public static bool TryReadName(LogDescriptor? descriptor, out LogName name)
    {
        name = default;
        if (descriptor is null || descriptor.PublicKey.Length != NodePublicKey.Length) return false;
        Span<byte> id = stackalloc byte[Hash256.Length];
        SHA256.HashData(descriptor.PublicKey.Span, id);
        name = new LogName(new NodeId(new Hash256(id)), descriptor.Shard, descriptor.Incarnation);
        return true;
    }
}
