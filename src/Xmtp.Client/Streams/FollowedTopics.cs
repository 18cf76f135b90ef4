using Xmtp.Client.Messages;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Streams;

/// <summary>
/// The topics of one stream, the position the stream could go on from, and for each topic from when on it would have to be
/// read again where that position does not help. Safe for concurrent use.
/// </summary>
/// <param name="skewNs">How far two senders' clocks may differ.</param>
internal sealed class FollowedTopics(ulong skewNs)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FollowedTopic> _topics = new(StringComparer.Ordinal);
    private string? _position;
    private int _positionOf = -1;

    public string[] Names
    {
        get
        {
            lock (_gate) return [.. _topics.Keys];
        }
    }

    /// <summary>The topics whose history has yet to be read.</summary>
    public string[] Unread
    {
        get
        {
            lock (_gate) return [.. _topics.Where(static pair => !pair.Value.IsRead).Select(static pair => pair.Key)];
        }
    }

    /// <summary>Those of the topics whose history was read: what arrives there live is delivered.</summary>
    public string[] Read(IEnumerable<string> topics)
    {
        lock (_gate) return [.. topics.Where(topic => _topics[topic].IsRead)];
    }

    /// <summary>
    /// Where to go on from: everything at or below it was delivered, on the topics that are covered. Null when no node of
    /// late stated one.
    /// </summary>
    public string? Position
    {
        get
        {
            lock (_gate) return _position;
        }
    }

    /// <summary>The topics, in their order, that a node which goes on from the position must be queried for all the same.</summary>
    public string[] Uncovered(IEnumerable<string> topics)
    {
        lock (_gate) return [.. topics.Where(topic => !_topics[topic].IsCovered)];
    }

    /// <summary>False when it is followed already.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="sinceNs">What is older is not wanted.</param>
    /// <param name="isRead">False when what was published since then has yet to be read.</param>
    public bool Add(string topic, ulong sinceNs, bool isRead)
    {
        lock (_gate) return _topics.TryAdd(topic, new FollowedTopic(sinceNs, isRead));
    }

    /// <summary>Adds a topic of an earlier run, of which everything up to a time was handled.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="seenNs">The time of the newest envelope handled.</param>
    /// <param name="isRead">Whether its history was read to the end.</param>
    /// <param name="isCovered">Whether everything at or below the position was handled.</param>
    public void Restore(string topic, ulong seenNs, bool isRead, bool isCovered)
    {
        lock (_gate)
        {
            var followed = new FollowedTopic(0, isRead);
            followed.Restore(seenNs, isCovered);
            _topics[topic] = followed;
        }
    }

    /// <summary>Goes on from the position of an earlier run, before the first subscription.</summary>
    public void Restore(string position)
    {
        lock (_gate) _position = position;
    }

    /// <summary>Notes that an envelope was handled.</summary>
    public void Seen(Envelope envelope, ulong nowNs)
    {
        lock (_gate)
        {
            if (_topics.TryGetValue(envelope.ContentTopic, out var followed)) followed.Seen(envelope.TimestampNs, nowNs);
        }
    }

    /// <summary>Notes that a message was delivered, or came again on another of the topics.</summary>
    public void Remember(Envelope envelope, MessageId id)
    {
        lock (_gate)
        {
            if (_topics.TryGetValue(envelope.ContentTopic, out var followed)) followed.Remember(id, envelope.TimestampNs, SinceNs(followed));
        }
    }

    /// <summary>Whether a message was delivered that reading its topic again would bring.</summary>
    public bool Remembers(Envelope envelope, MessageId id)
    {
        lock (_gate) return _topics.TryGetValue(envelope.ContentTopic, out var followed) && followed.Remembers(id);
    }

    /// <summary>Whether the stream follows a topic.</summary>
    public bool Contains(string topic)
    {
        lock (_gate) return _topics.ContainsKey(topic);
    }

    /// <summary>What to read to have all of these topics without a gap. Live-only topics have no history.</summary>
    public (string Topic, ulong StartNs)[] Gaps(IEnumerable<string> topics)
    {
        lock (_gate)
        {
            return [.. topics
                .Where(topic => _topics.ContainsKey(topic) && !Topic.IsEphemeralTopic(topic))
                .Select(topic => (topic, SinceNs(_topics[topic])))];
        }
    }

    /// <summary>As <see cref="Gaps"/>, for a reading that is ended with <see cref="EndReading"/>.</summary>
    public (string Topic, ulong StartNs)[] BeginReading(IEnumerable<string> topics)
    {
        lock (_gate)
        {
            var gaps = Gaps(topics);
            foreach (var (topic, startNs) in gaps) _topics[topic].BeginReading(startNs);
            return gaps;
        }
    }

    /// <summary>Ends a reading.</summary>
    public void EndReading((string Topic, ulong StartNs)[] gaps)
    {
        lock (_gate)
        {
            foreach (var (topic, _) in gaps) _topics[topic].EndReading();
        }
    }

    /// <summary>
    /// Whether an envelope that arrived live must wait, because older ones of its topic are still being read. It is not
    /// kept: reading goes on until none had to wait.
    /// </summary>
    public bool MustWait(Envelope envelope)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(envelope.ContentTopic, out var followed) || followed.IsRead) return false;
            return followed.HasMore = true;
        }
    }

    /// <summary>Notes that these topics were read to their end. One on which something arrived meanwhile has to be read on.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="even">Whether it counts as read even then.</param>
    public void MarkRead(IEnumerable<string> topics, bool even = false)
    {
        lock (_gate)
        {
            foreach (var topic in topics)
            {
                var followed = _topics[topic];
                followed.IsRead |= even || !followed.HasMore;
                followed.HasMore = false;
            }
        }
    }

    /// <summary>
    /// Notes that these topics were read to their end, from the node of a subscription, after it had taken them on and while
    /// what came live there was delivered: nothing is missing. With a position that the same subscription brought they are covered.
    /// </summary>
    public void MarkComplete(IEnumerable<string> topics, int subscription)
    {
        lock (_gate)
        {
            foreach (var topic in topics)
            {
                var followed = _topics[topic];
                followed.CompleteIn = subscription;
                followed.IsCovered |= _positionOf == subscription;
            }
        }
    }

    /// <summary>Takes over the position of a subscription; null from a node that states none.</summary>
    /// <param name="position">Everything at or below it was delivered, on topics that are complete in that subscription.</param>
    /// <param name="subscription">Which one.</param>
    /// <param name="isContinued">
    /// Whether the subscription went on from the position before. Then topics that were covered still are: what was not
    /// above that position had been delivered, and the rest came since.
    /// </param>
    public void MoveTo(string? position, int subscription, bool isContinued)
    {
        lock (_gate)
        {
            (_position, _positionOf) = (position, position is null ? -1 : subscription);
            foreach (var followed in _topics.Values)
                followed.IsCovered = position is not null && ((isContinued && followed.IsCovered) || followed.CompleteIn == subscription);
        }
    }

    private ulong SinceNs(FollowedTopic followed) => followed.SinceNs(skewNs, _position is not null);
}
