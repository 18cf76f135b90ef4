using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Storage.RocksDb.Native;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>Reads a page of the visible index and its payloads.</summary>
internal static class PageReader
{
    public static IReadOnlyList<StoredEnvelope> Read(Database database, EnvelopeQuery query, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // A row may expire between index and payload. The page is read again then: without it, it would be one short.
            if (TryReadPayloads(database, query, Scan(database, query, cancellationToken)) is { } page) return page;
        }
    }

    private static IReadOnlyList<PageCollector.Row> Scan(Database database, EnvelopeQuery query, CancellationToken cancellationToken)
    {
        var page = new PageCollector(query);
        using var iterator = database.IteratePrefix(database.Visible);
        Span<byte> start = stackalloc byte[StoreFormat.VisibleKeyLength];
        for (var i = 0; i < query.Topics.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            StoreFormat.WriteVisibleKey(start, StoreFormat.HashTopic(query.Topics[i]), query.Descending ? query.Last : query.First);
            if (query.Descending) ScanDown(iterator, start, i, query.First, page);
            else ScanUp(iterator, start, i, query.Last, page);
        }

        return page.Complete();
    }

    private static void ScanUp(Iterator iterator, ReadOnlySpan<byte> start, int topic, EnvelopeKey last, PageCollector page)
    {
        for (iterator.Seek(start); VisibleIndex.IsIn(iterator, start[..StoreFormat.TopicLength]); iterator.Next())
        {
            var key = StoreFormat.ReadVisibleKey(iterator.GetKeySpan());
            if (key > last || !page.Offer(Row(topic, key, iterator.GetValueSpan()))) return;
        }
    }

    private static void ScanDown(Iterator iterator, ReadOnlySpan<byte> start, int topic, EnvelopeKey first, PageCollector page)
    {
        for (iterator.SeekForPrev(start); VisibleIndex.IsIn(iterator, start[..StoreFormat.TopicLength]); iterator.Prev())
        {
            var key = StoreFormat.ReadVisibleKey(iterator.GetKeySpan());
            if (key < first || !page.Offer(Row(topic, key, iterator.GetValueSpan()))) return;
        }
    }

    private static PageCollector.Row Row(int topic, EnvelopeKey key, ReadOnlySpan<byte> value) =>
        new(topic, key, EntryHeaderFormat.ReadKey(value), StoreFormat.ReadOffset(value[StoreFormat.PlaceLength..]));

    private static StoredEnvelope[]? TryReadPayloads(Database database, EnvelopeQuery query, IReadOnlyList<PageCollector.Row> rows)
    {
        var page = new StoredEnvelope[rows.Count];
        Span<byte> key = stackalloc byte[StoreFormat.PlaceLength];
        long bytes = 0;
        for (var i = 0; i < page.Length; i++)
        {
            EntryHeaderFormat.WriteKey(key, rows[i].Place);
            if (database.Get(key, database.Payload, rows[i].MessageOffset) is not { } message)
            {
                ThrowIfNamed(database, query.Topics[rows[i].Topic], rows[i]);
                return null;
            }

            bytes += message.Length;
            if (bytes > query.BytesMax) throw PageCollector.TooLong(query.BytesMax);
            page[i] = new StoredEnvelope(query.Topics[rows[i].Topic], rows[i].Key, message);
        }

        return page;
    }

    /// <summary>Payload and row go in one batch: a row that is still there tells damage, and reading the page again would not end.</summary>
    private static void ThrowIfNamed(Database database, string topic, PageCollector.Row row)
    {
        Span<byte> key = stackalloc byte[StoreFormat.VisibleKeyLength];
        StoreFormat.WriteVisibleKey(key, StoreFormat.HashTopic(topic), row.Key);
        if (VisibleIndex.Find(database, key) == row.Place)
            throw new InvalidDataException($"Entry {row.Place.Sequence} of log {row.Place.Log} has lost its payload.");
    }
}
