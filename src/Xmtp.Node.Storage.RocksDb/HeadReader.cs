using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>Reads the stored heads of logs.</summary>
internal static class HeadReader
{
    public static void Read(Database database, LogId log, ulong first, ulong last, IList<SignedHead> destination, int countMax)
    {
        Span<byte> key = stackalloc byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(key, new EntryPlace(log, first));
        using var iterator = database.Iterate(database.Head);
        for (iterator.Seek(key); countMax-- > 0 && iterator.Valid(); iterator.Next())
        {
            var place = EntryHeaderFormat.ReadKey(iterator.GetKeySpan());
            if (place.Log != log || place.Sequence > last) return;
            if (!SignedHead.TryRead(iterator.GetValueSpan(), out var head))
                throw new XmtpException(ErrorCatalogue.StoreUnusable, $"The head at entry {place.Sequence} of log {log} is unreadable: the store is damaged. Restore it from a backup.");
            destination.Add(head);
        }
    }

    /// <summary>The head at an entry, or null when there is none or its bytes are none.</summary>
    public static SignedHead? Find(Database database, EntryPlace place)
    {
        Span<byte> key = stackalloc byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(key, place);
        return database.Get(key, database.Head) is { } bytes && SignedHead.TryRead(bytes, out var head) ? head : null;
    }
}
