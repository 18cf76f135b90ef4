using System.Runtime.CompilerServices;
using Xmtp.Client.Conversations;
using Xmtp.Client.Messages;
using Xmtp.Client.Storage;
using Xmtp.Client.Storage.Records;
using Xmtp.ContentTypes;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Inboxes;

/// <summary>Reads messages back from the store.</summary>
internal sealed class InboxReader(LocalStore store, InboxIndex index, InboxJournal journal, CodecRegistry codecs)
{
    private const int PageSize = 100;

    private SealedStore Rows => store.Rows;

    /// <summary>Messages of a conversation, by time.</summary>
    public async IAsyncEnumerable<InboxMessage> ReadAsync(InboxEntry entry, ListMessagesOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = options.Limit ?? int.MaxValue;
        var (startNs, endNs) = (options.StartNs, options.EndNs);
        var range = RowKeys.Messages(entry.Name, startNs, endNs, options.NewestFirst, Math.Min(left, options.PageSize));
        while (left > 0)
        {
            var rows = await Rows.ReadAsync(range, MessageRecord.Parser, cancellationToken).ConfigureAwait(false);
            foreach (var (_, record) in rows)
            {
                yield return Open(entry, record);
                left--;
            }

            if (rows.Count < range.Limit) yield break;
            var last = rows[^1].Key;
            range = range.Descending ? range with { To = last } : range with { From = RowKeys.JustAfter(last.Span) };
            range = range with { Limit = Math.Min(left, options.PageSize) };
        }
    }

    /// <summary>A message by its id.</summary>
    public async Task<(InboxEntry Entry, MessageRecord Record)?> FindAsync(MessageId id, CancellationToken cancellationToken)
    {
        var name = journal.NameOf(id);
        if (await Rows.FindAsync(RowKeys.Place(name), PlaceRecord.Parser, cancellationToken).ConfigureAwait(false) is not { } place) return null;
        if (index.Find(place.Conversation.Span) is not { } entry) return null;
        var record = await Rows.FindAsync(RowKeys.Message(entry.Name, place.SentNs, name), MessageRecord.Parser, cancellationToken).ConfigureAwait(false);
        return record is null ? null : (entry, record);
    }

    /// <summary>Messages in the order in which they came to the store, after a cursor, for ever.</summary>
    public async IAsyncEnumerable<InboxMessage> FollowAsync(ulong after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await journal.GrownBeyond(after).WaitAsync(cancellationToken).ConfigureAwait(false);
            var end = journal.End;
            var arrivals = await Rows.ReadAsync(RowKeys.Arrivals(after, PageSize), ArrivalRecord.Parser, cancellationToken).ConfigureAwait(false);
            foreach (var message in await OpenAllAsync(arrivals, cancellationToken).ConfigureAwait(false))
                if (message is not null) yield return message;
            after = arrivals.Count > 0 ? RowKeys.NumberOf(arrivals[^1].Key.Span) : end;
        }
    }

    public InboxMessage Open(InboxEntry entry, MessageRecord record) => new(
        new DecodedMessage(new MessageId(record.Id.Span), new EthereumAddress(record.Sender.Span), record.SentNs, entry.Conversation, isEphemeral: false, codecs.Decode(record.Payload.Span)),
        new InboxCursor(record.Arrival),
        (DeliveryState)record.Delivery,
        record.Failure.Length > 0 ? ErrorCatalogue.All.GetValueOrDefault(record.Failure) : null);

    private async Task<InboxMessage?[]> OpenAllAsync(IReadOnlyList<(ReadOnlyMemory<byte> Key, ArrivalRecord Value)> arrivals, CancellationToken cancellationToken)
    {
        var opened = new InboxMessage?[arrivals.Count];
        var places = await Rows.FindAsync(
            [.. arrivals.Select(static arrival => (ReadOnlyMemory<byte>)RowKeys.Place(arrival.Value.Id.Span))], PlaceRecord.Parser, cancellationToken).ConfigureAwait(false);
        var found = Enumerable.Range(0, opened.Length).Where(i => places[i] is not null && index.Find(places[i]!.Conversation.Span) is not null).ToArray();
        var records = await Rows.FindAsync(
            [.. found.Select(i => (ReadOnlyMemory<byte>)RowKeys.Message(places[i]!.Conversation.Span, places[i]!.SentNs, arrivals[i].Value.Id.Span))], MessageRecord.Parser, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < found.Length; i++)
            if (records[i] is { } record) opened[found[i]] = Open(index.Find(places[found[i]]!.Conversation.Span)!, record);
        return opened;
    }
}
