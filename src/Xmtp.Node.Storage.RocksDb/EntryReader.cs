using RocksDbSharp;
using Xmtp.Node.Core.Log;
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
            var header = EntryHeaderFormat.Read(headers.GetValueSpan());
            var place = EntryHeaderFormat.ReadKey(headers.GetKeySpan());
            if (place.Log != first.Log) break;
            if (place != expected || header.Place != place)
                throw new XmtpException(ErrorCatalogue.StoreUnusable, $"Entry {expected.Sequence} of log {expected.Log} is missing or misplaced: the store is damaged. Restore it from a backup.");
            var payload = ReadPayload(payloads, headers.GetKeySpan());
            destination.Add(new LoggedEntry(header, payload));
            bytes += payload?.Length ?? 0;
            expected = expected with { Sequence = expected.Sequence + 1 };
        }
    }

    /// <summary>The payload of that key, copied, or null when it has expired: the iterator then stands on a later one.</summary>
    private static ReadOnlyMemory<byte>? ReadPayload(Iterator payloads, ReadOnlySpan<byte> key)
    {
        if (!payloads.Valid() || !payloads.GetKeySpan().SequenceEqual(key)) return null;
        ReadOnlyMemory<byte> payload = payloads.GetValueSpan().ToArray();
        payloads.Next();
        return payload;
    }

    public static EntryHeader? ReadHeader(Database database, EntryPlace place)
    {
        Span<byte> key = stackalloc byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(key, place);
        return database.Get(key, database.Header) is { } header ? EntryHeaderFormat.Read(header) : null;
    }
}
