using System.Security.Cryptography;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Replication;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Nodes;

/// <summary>
/// Checks entries as they come from a node: numbers, chain, payloads, and that the originator signed a head at the last of them. It
/// is written apart from the node's own check, so that a mistake there does not hide itself.
/// </summary>
internal static class RangeCheck
{
    /// <summary>Checks one frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="log">The log it must be of.</param>
    /// <param name="previous">The entry before; null when it is not known.</param>
    /// <param name="first">The number it must begin with.</param>
    /// <exception cref="RangeProblemException">It does not hold.</exception>
    public static IReadOnlyList<ReadEntry> Check(Entries frame, HeldLogState log, ReadEntry? previous, ulong first)
    {
        if (frame.Entries_.Count is 0 or > ReplicationLimits.FrameEntriesMax) throw new RangeProblemException($"sent {frame.Entries_.Count} entries at once");
        var entries = new List<ReadEntry>(frame.Entries_.Count);
        foreach (var wire in frame.Entries_)
        {
            var entry = Read(wire, log.Name, first++);
            if (previous is not null && entry.Header.PreviousHash != previous.Hash)
                throw new RangeProblemException($"sent entry {entry.Header.Sequence} of log {log.Name}, which does not follow the one before it");
            if (PayloadProblem(wire, entry.Header) is { } problem) throw new RangeProblemException($"sent entry {entry.Header.Sequence} of log {log.Name} with {problem}");
            entries.Add(entry);
            previous = entry;
        }

        if (!SignedHead.TryRead(frame.Head.Span, out var head) || head.Log != log.Name || head.Sequence != entries[^1].Header.Sequence || head.Hash != entries[^1].Hash)
            throw new RangeProblemException($"sent entries of log {log.Name} without a head at the last of them");
        return head.IsSignedBy(log.Key) ? entries : throw new RangeProblemException($"sent entries of log {log.Name} under a head that the originator did not sign");
    }

    /// <summary>What is wrong with a payload; null when nothing is.</summary>
    public static string? PayloadProblem(Entry wire, EntryHeader header)
    {
        if (wire.Pruned) return header.ExpiryNs != 0 && wire.Payload.IsEmpty ? null : "its payload missing, though it does not expire";
        if (wire.Payload.Length != header.PayloadLength) return $"a payload of {wire.Payload.Length} bytes instead of {header.PayloadLength}";
        Span<byte> hash = stackalloc byte[Hash256.Length];
        SHA256.HashData(wire.Payload.Span, hash);
        return new Hash256(hash) == header.PayloadHash ? null : "a payload that is not the one it was signed with";
    }

    private static ReadEntry Read(Entry wire, LogName log, ulong sequence)
    {
        if (!EntryHeaderFormat.TryRead(wire.Header.Span, out var header, out var problem)) throw new RangeProblemException($"sent an entry whose header {problem}");
        if (header.Log != log) throw new RangeProblemException($"sent an entry of log {header.Log} for one of log {log}");
        return header.Sequence == sequence
            ? new ReadEntry(header, EntryHeaderFormat.Hash(wire.Header.Span), wire)
            : throw new RangeProblemException($"sent entry {header.Sequence} of log {log} where {sequence} was due");
    }
}
