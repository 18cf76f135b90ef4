using Google.Protobuf;
using Xmtp.Client.Transport;
using Xmtp.Protocol;
using Xmtp.Protocol.Envelopes;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Tests.Fakes;

/// <summary>A network in memory that behaves as a node does, until it is told to misbehave through its transports.</summary>
internal sealed class FakeNetwork
{
    private readonly Lock _gate = new();
    private readonly List<Envelope> _stored = [];
    private readonly List<FakeSubscription> _subscriptions = [];

    /// <summary>Every envelope that was published, ephemeral ones included, in order of arrival.</summary>
    public List<Envelope> Published { get; } = [];

    /// <summary>Every envelope that is stored on a topic, ascending.</summary>
    public Envelope[] Stored(Topic topic)
    {
        lock (_gate) return [.. Ascending(_stored.Where(envelope => envelope.ContentTopic == topic.Value))];
    }

    /// <summary>Stores and delivers what anyone could have published.</summary>
    public void Publish(params IEnumerable<Envelope> envelopes)
    {
        lock (_gate)
        {
            foreach (var envelope in envelopes)
            {
                Published.Add(envelope);
                if (!Topic.IsEphemeralTopic(envelope.ContentTopic))
                {
                    if (_stored.Contains(envelope)) continue;
                    _stored.Add(envelope.Clone());
                }

                foreach (var subscription in _subscriptions) subscription.Offer(envelope.Clone());
            }
        }
    }

    public void Publish(Topic topic, ulong timestampNs, ReadOnlySpan<byte> message) =>
        Publish(new Envelope { ContentTopic = topic.Value, TimestampNs = timestampNs, Message = ByteString.CopyFrom(message) });

    /// <summary>Stores without telling subscribers, as an entry that arrives while they are away.</summary>
    public void StoreSilently(Envelope envelope)
    {
        lock (_gate) _stored.Add(envelope.Clone());
    }

    public QueryResponse Query(QueryRequest request)
    {
        var max = request.ContentTopics is [var only] && Topic.Classify(only) == TopicKind.UserPreferences ? Limits.UserPreferencesPageSizeMax : Limits.PageSizeMax;
        var limit = (int)request.PagingInfo.Limit;
        if (limit > max) throw new NodeException(ErrorCatalogue.PageTooLarge, "cannot exceed 100 rows per query");
        if (limit == 0) limit = Limits.PageSizeMax;
        var descending = request.PagingInfo.Direction != SortDirection.Ascending;
        lock (_gate)
        {
            IEnumerable<Envelope> rows = Ascending(_stored.Where(envelope => request.ContentTopics.Contains(envelope.ContentTopic) &&
                envelope.TimestampNs >= request.StartTimeNs && (request.EndTimeNs == 0 || envelope.TimestampNs <= request.EndTimeNs)));
            if (descending) rows = rows.Reverse();
            if (request.PagingInfo.Cursor?.Index is { } index)
            {
                var place = (index.SenderTimeNs, Convert.ToHexString(index.Digest.Span));
                rows = rows.Where(envelope => descending ? Place(envelope).CompareTo(place) < 0 : Place(envelope).CompareTo(place) > 0);
            }

            var page = rows.Take(limit).Select(static envelope => envelope.Clone()).ToList();
            var full = page.Count == limit;
            return new QueryResponse
            {
                Envelopes = { page },
                PagingInfo = new PagingInfo
                {
                    Limit = full ? (uint)limit : 0,
                    Direction = descending ? SortDirection.Descending : SortDirection.Ascending,
                    Cursor = full ? CursorOf(page[^1]) : null,
                },
            };
        }
    }

    public void Add(FakeSubscription subscription)
    {
        lock (_gate) _subscriptions.Add(subscription);
    }

    public void Remove(FakeSubscription subscription)
    {
        lock (_gate) _subscriptions.Remove(subscription);
    }

    private static IEnumerable<Envelope> Ascending(IEnumerable<Envelope> envelopes) => envelopes.OrderBy(Place);

    private static (ulong TimestampNs, string Digest) Place(Envelope envelope) =>
        (envelope.TimestampNs, Convert.ToHexString(EnvelopeDigest.Compute(envelope.ContentTopic, envelope.Message.Span)));

    private static Cursor CursorOf(Envelope envelope) => new()
    {
        Index = new IndexCursor
        {
            SenderTimeNs = envelope.TimestampNs,
            Digest = ByteString.CopyFrom(EnvelopeDigest.Compute(envelope.ContentTopic, envelope.Message.Span)),
        },
    };
}
