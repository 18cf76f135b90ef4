using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>Tells of stored entries which of them readers see, and makes envelopes of those.</summary>
internal static class ShownEntries
{
    /// <summary>All entries in order, each with its envelope, or null when there is nothing to show.</summary>
    /// <param name="store">Where the visible index is.</param>
    /// <param name="entries">Entries as read.</param>
    /// <param name="isWanted">Topics that matter; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async IAsyncEnumerable<(EntryPlace Place, Envelope? Envelope)> SelectAsync(
        IEnvelopeStore store, IReadOnlyList<LoggedEntry> entries, Func<string, bool>? isWanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var headers = new EntryHeader?[entries.Count];
        var keys = new EnvelopeIndexKey[entries.Count];
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Payload is null || entries[i].ReadHeader() is not { } header || isWanted?.Invoke(header.Topic) == false) continue;
            (headers[i], keys[i]) = (header, IndexKey(header));
        }

        var places = new EntryPlace[entries.Count];
        if (Array.Exists(headers, static header => header is not null)) await store.FindAsync(keys, places, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < entries.Count; i++)
        {
            var isShown = headers[i] is not null && places[i] == entries[i].Place;
            if (isShown) CheckPayload(entries[i], headers[i]!);
            yield return (entries[i].Place, isShown ? ToEnvelope(headers[i]!, entries[i].Payload!.Value) : null);
        }
    }

    /// <summary>Nobody is shown what a damaged disk makes of an envelope: it is read again until the scrubber has put it right.</summary>
    private static void CheckPayload(LoggedEntry entry, EntryHeader header)
    {
        Span<byte> hash = stackalloc byte[Hash256.Length];
        SHA256.HashData(entry.Payload!.Value.Span, hash);
        if (new Hash256(hash) != header.PayloadHash)
            throw new XmtpException(ErrorCatalogue.StoreUnusable, $"Entry {entry.Place.Sequence} of log {entry.Place.Log} has another payload than was written.");
    }

    private static EnvelopeIndexKey IndexKey(EntryHeader header)
    {
        Span<byte> topic = stackalloc byte[Protocol.Limits.TopicLengthMaxBytes];
        topic = topic[..Encoding.UTF8.GetBytes(header.Topic, topic)];
        Span<byte> hash = stackalloc byte[Hash256.Length];
        SHA256.HashData(topic, hash);
        return new EnvelopeIndexKey(new Hash256(hash), new EnvelopeKey(header.SenderTimeNs, header.Digest));
    }

    /// <summary>What readers get of an entry that they see; null when its payload is none of an envelope.</summary>
    public static Envelope? ToEnvelope(EntryHeader header, ReadOnlyMemory<byte> payload) =>
        EntryPayload.TryFindMessage(header.Kind, payload.Span, out var offset)
            ? new Envelope
            {
                ContentTopic = header.Topic,
                TimestampNs = header.SenderTimeNs,
                Message = UnsafeByteOperations.UnsafeWrap(payload[offset..]),
            }
            : null;
}
