using System.Security.Cryptography;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>Reads the latest entries of a log, so that damage is found before anything is written after it.</summary>
internal static class LogCheck
{
    /// <summary>What is wrong with a log.</summary>
    public sealed record Problem(ulong Sequence, string How);

    /// <summary>Checks a head and the entries before it: that all are there, chained, and as they were hashed, and that the head is signed.</summary>
    /// <param name="database">The database.</param>
    /// <param name="log">The log.</param>
    /// <param name="sequence">Where the head stands.</param>
    /// <param name="count">How many entries.</param>
    /// <param name="end">Gets the last entry, as the head names it.</param>
    /// <param name="head">Gets the head.</param>
    /// <returns>The first problem found, or null.</returns>
    public static Problem? Run(Database database, LogRows.Row log, ulong sequence, int count, out LogEnd end, out SignedHead? head)
    {
        end = default;
        head = HeadReader.Find(database, new EntryPlace(log.Id, sequence));
        if (head is null || head.Log != log.Name || head.Sequence != sequence || !head.IsSignedBy(log.Key)) return new Problem(sequence, "has no valid head");

        var first = sequence > (ulong)count ? sequence - (ulong)count + 1 : 1;
        EntryHeader? previous = null;
        var entries = new List<LoggedEntry>(16);
        // A few at a time: entries may be large.
        for (var next = first; next <= sequence; next += (ulong)entries.Count)
        {
            entries.Clear();
            EntryReader.Read(database, new EntryPlace(log.Id, next), entries, (int)Math.Min(16, sequence - next + 1), bytesMax: long.MaxValue);
            if (entries.Count == 0) return new Problem(next, "is missing");
            foreach (var entry in entries)
            {
                if (!EntryHeaderFormat.TryRead(entry.HeaderBytes.Span, out var header, out var how)) return new Problem(entry.Place.Sequence, $"has a header that {how}");
                if (Check(log, entry, header) is { } problem) return new Problem(entry.Place.Sequence, problem);
                if (previous is not null && header.PreviousHash != end.Hash) return new Problem(entry.Place.Sequence, "does not name the entry before it");
                end = new LogEnd(header.Sequence, EntryHeaderFormat.Hash(entry.HeaderBytes.Span), header.OriginatorTimeNs);
                previous = header;
            }
        }

        return end.Hash == head.Hash && end.OriginatorTimeNs == head.OriginatorTimeNs ? null : new Problem(sequence, "is not what its head says");
    }

    private static string? Check(LogRows.Row log, LoggedEntry entry, EntryHeader header)
    {
        if (header.Log != log.Name || header.Sequence != entry.Place.Sequence) return "is misplaced";
        if (entry.Payload is not { } payload) return header.ExpiryNs == 0 ? "has lost its payload" : null;
        if (payload.Length != header.PayloadLength) return "has a payload of another length than it says";
        Span<byte> hash = stackalloc byte[Hash256.Length];
        SHA256.HashData(payload.Span, hash);
        return new Hash256(hash) == header.PayloadHash ? null : "has another payload than it says";
    }
}
