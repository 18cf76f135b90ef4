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
        using var iterator = database.Iterate(database.Header);
        long bytes = 0;
        var expected = first;
        for (iterator.Seek(key); countMax-- > 0 && bytes <= bytesMax && iterator.Valid(); iterator.Next())
        {
            var header = EntryHeaderFormat.Read(iterator.GetValueSpan());
            var place = EntryHeaderFormat.ReadKey(iterator.GetKeySpan());
            if (place.Log != first.Log) break;
            if (place != expected || header.Place != place)
                throw new XmtpException(ErrorCatalogue.StoreUnusable, $"Entry {expected.Sequence} of log {expected.Log} is missing or misplaced: the store is damaged. Restore it from a backup.");
            var payload = database.Get(iterator.GetKeySpan(), database.Payload);
            // A null array would become empty memory, which is a payload.
            destination.Add(new LoggedEntry(header, payload is null ? default(ReadOnlyMemory<byte>?) : payload));
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
}
