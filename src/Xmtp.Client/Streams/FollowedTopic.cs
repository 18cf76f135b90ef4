using Xmtp.Client.Messages;

namespace Xmtp.Client.Streams;

/// <summary>One topic of a stream. Guarded by <see cref="FollowedTopics"/>.</summary>
internal sealed class FollowedTopic(ulong floorNs, bool isRead)
{
    /// <summary>Beyond this many that reading it again would bring, which takes an attack, some are handled twice.</summary>
    public const int RememberedMax = 100_000;

    private const int RememberedMin = 16;

    // Made when something arrives: most topics are silent for most of the time.
    private Dictionary<MessageId, ulong>? _remembered;
    private int _pruneAt = RememberedMin;
    private ulong _seenNs;
    private bool _wasCovered;
    private int _readings;
    private ulong _readingSinceNs = ulong.MaxValue;

    /// <summary>Whether its history was read, so that what arrives live can be delivered at once.</summary>
    public bool IsRead { get; set; } = isRead;

    /// <summary>Whether something that arrived live was left to the reading of history.</summary>
    public bool HasMore { get; set; }

    /// <summary>The subscription beside which it was read to its end, so that with what came live there nothing is missing.</summary>
    public int CompleteIn { get; set; } = -1;

    /// <summary>Whether everything at or below the stream's position was delivered, so that a node that goes on from there need not be queried.</summary>
    public bool IsCovered
    {
        get;
        set
        {
            field = value;
            _wasCovered |= value;
        }
    }

    /// <summary>From when on it would have to be read again.</summary>
    /// <param name="skewNs">How far two senders' clocks may differ.</param>
    /// <param name="hasPosition">
    /// Whether the stream goes on from a position. It does not tell what a topic lacks that has yet to be covered, and
    /// envelopes that reached a node late may bear any time, so such a topic is read from its beginning.
    /// </param>
    public ulong SinceNs(ulong skewNs, bool hasPosition) =>
        hasPosition && !_wasCovered ? floorNs : Math.Max(floorNs, _seenNs > skewNs ? _seenNs - skewNs : 0);

    // A sender whose clock is ahead must not move the mark beyond the time of those whose clocks are right.
    public void Seen(ulong timestampNs, ulong nowNs) => _seenNs = Math.Max(_seenNs, Math.Min(timestampNs, nowNs));

    /// <summary>Goes on from what an earlier run of the client had.</summary>
    public void Restore(ulong seenNs, bool isCovered) => (_seenNs, IsCovered) = (seenNs, isCovered);

    /// <summary>It is being read from a time on: what is delivered meanwhile may come by that, wherever the mark is then.</summary>
    public void BeginReading(ulong sinceNs)
    {
        _readings++;
        _readingSinceNs = Math.Min(_readingSinceNs, sinceNs);
    }

    public void EndReading()
    {
        if (--_readings == 0) _readingSinceNs = ulong.MaxValue;
    }

    /// <summary>Notes a message that a query could bring again.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="timestampNs">The envelope's time.</param>
    /// <param name="sinceNs">From when on the topic would have to be read again.</param>
    public void Remember(MessageId id, ulong timestampNs, ulong sinceNs)
    {
        sinceNs = Math.Min(sinceNs, _readingSinceNs);
        if (timestampNs < sinceNs) return;
        _remembered ??= [];
        if (_remembered.Count >= _pruneAt) Prune(sinceNs);
        if (_remembered.Count < RememberedMax) _remembered.TryAdd(id, timestampNs);
    }

    public bool Remembers(MessageId id) => _remembered?.ContainsKey(id) == true;

    private void Prune(ulong sinceNs)
    {
        foreach (var (id, timestampNs) in _remembered!)
        {
            if (timestampNs < sinceNs) _remembered.Remove(id);
        }

        _pruneAt = Math.Max(RememberedMin, 2 * _remembered.Count);
    }
}
