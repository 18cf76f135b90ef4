using Xmtp.Node.Core.Log;
using Xmtp.Node.Storage.RocksDb.Native;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>Reads entries in log order.</summary>
internal static class EntryReader
{
    public static void Read(Database database, EntryPlace first, IList<LoggedEntry> destination, int countMax, long bytesMax)
    {
        Span<byte> key = stackalloc byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(key, first);
        using var headers = database.Scan(database.Header);
        using var payloads = database.Scan(database.Payload);
        payloads.Seek(key);
        long bytes = 0;
        var expected = first;
        for (headers.Seek(key); countMax-- > 0 && bytes <= bytesMax && headers.Valid(); headers.Next())
        {
            var place = EntryHeaderFormat.ReadKey(headers.GetKeySpan());
            if (place.Log != first.Log) break;
            if (place != expected)
                throw new XmtpException(ErrorCatalogue.StoreUnusable, $"Entry {expected.Sequence} of log {expected.Log} is missing: the store is damaged. Restore it from a backup.");
            var payload = ReadPayload(payloads, headers.GetKeySpan());
            destination.Add(new LoggedEntry(place, headers.GetValueSpan().ToArray(), payload));
            bytes += payload?.Length ?? 0;
            expected = expected with { Sequence = expected.Sequence + 1 };
        }
    }

    public static EntryHeader? ReadHeader(Database database, EntryPlace place)
    {
        Span<byte> key = stackalloc byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(key, place);
        return database.Get(key, database.Header) is { } header ? EntryHeaderFormat.Read(header) : null;
    }

    /// <summary>The largest sequence of a log up to one, in a column whose keys are places; 0 when there is none.</summary>
    public static ulong FindLast(Database database, Column column, LogId log, ulong sequence)
    {
        Span<byte> key = stackalloc byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(key, new EntryPlace(log, sequence));
        using var iterator = database.Iterate(column);
        iterator.SeekForPrev(key);
        if (!iterator.Valid()) return 0;
        var place = EntryHeaderFormat.ReadKey(iterator.GetKeySpan());
        return place.Log == log ? place.Sequence : 0;
    }

    /// <summary>The payload of that key, copied, or null when it has expired: the iterator then stands on a later one.</summary>
    private static ReadOnlyMemory<byte>? ReadPayload(Iterator payloads, ReadOnlySpan<byte> key)
    {
        while (payloads.Valid() && payloads.GetKeySpan().SequenceCompareTo(key) < 0) payloads.Next();
        if (!payloads.Valid() || !payloads.GetKeySpan().SequenceEqual(key)) return null;
        ReadOnlyMemory<byte> payload = payloads.GetValueSpan().ToArray();
        payloads.Next();
        return payload;
    }
}
