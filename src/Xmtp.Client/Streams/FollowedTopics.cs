using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Streams;

/// <summary>The topics of one stream, and from when on each would have to be read again to miss nothing. Safe for concurrent use.</summary>
/// <param name="skewNs">How far two senders' clocks may differ.</param>
internal sealed class FollowedTopics(ulong skewNs)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Followed> _topics = new(StringComparer.Ordinal);

    public string[] Names
    {
        get
        {
            lock (_gate) return [.. _topics.Keys];
        }
    }

    /// <summary>False when it is followed already.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="sinceNs">What is older is not wanted.</param>
    /// <param name="isRead">False when what was published since then has yet to be read.</param>
    public bool Add(string topic, ulong sinceNs, bool isRead)
    {
        lock (_gate) return _topics.TryAdd(topic, new Followed { FloorNs = sinceNs, IsRead = isRead });
    }

    /// <summary>Notes that an envelope was handled.</summary>
    public void Seen(Envelope envelope, ulong nowNs)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(envelope.ContentTopic, out var followed)) return;

            // A sender whose clock is ahead must not move the mark beyond the time of those whose clocks are right.
            followed.SeenNs = Math.Max(followed.SeenNs, Math.Min(envelope.TimestampNs, nowNs));
        }
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
                .Select(topic => (topic, _topics[topic].SinceNs(skewNs)))];
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

    private sealed class Followed
    {
        public ulong FloorNs { get; init; }

        public ulong SeenNs { get; set; }

        public bool IsRead { get; set; }

        public bool HasMore { get; set; }

        public ulong SinceNs(ulong skewNs) => SeenNs > skewNs ? SeenNs - skewNs : FloorNs;
    }
}
