using Xmtp.Client.Messages;

namespace Xmtp.Client.Streams;

/// <summary>One topic of a stream. Guarded by <see cref="FollowedTopics"/>.</summary>
internal sealed class FollowedTopic(ulong floorNs, bool isRead)
{
    /// <summary>Beyond this many within the clock skew, which takes an attack, some are handled twice.</summary>
    public const int RememberedMax = 20_000;

    private const int RememberedMin = 16;

    // Made when something arrives: most topics are silent for most of the time.
    private Dictionary<MessageId, ulong>? _remembered;
    private int _pruneAt = RememberedMin;
    private ulong _seenNs;

    /// <summary>Whether its history was read, so that what arrives live can be delivered at once.</summary>
    public bool IsRead { get; set; } = isRead;

    /// <summary>Whether something that arrived live was left to the reading of history.</summary>
    public bool HasMore { get; set; }

    /// <summary>The subscription beside which it was read to its end, so that with what came live there nothing is missing.</summary>
    public int CompleteIn { get; set; } = -1;

    /// <summary>Whether everything at or below the stream's position was delivered, so that a node that goes on from there need not be queried.</summary>
    public bool IsCovered { get; set; }

    /// <summary>From when on it would have to be read again.</summary>
    public ulong SinceNs(ulong skewNs) => Math.Max(floorNs, _seenNs > skewNs ? _seenNs - skewNs : 0);

    // A sender whose clock is ahead must not move the mark beyond the time of those whose clocks are right.
    public void Seen(ulong timestampNs, ulong nowNs) => _seenNs = Math.Max(_seenNs, Math.Min(timestampNs, nowNs));

    /// <summary>Notes a message that a query could bring again.</summary>
    public void Remember(MessageId id, ulong timestampNs, ulong skewNs)
    {
        var sinceNs = SinceNs(skewNs);
        if (timestampNs < sinceNs) return;
        _remembered ??= [];
        if (_remembered.Count >= _pruneAt)
        {
            foreach (var (old, oldNs) in _remembered)
            {
                if (oldNs < sinceNs) _remembered.Remove(old);
            }

            _pruneAt = Math.Max(RememberedMin, 2 * _remembered.Count);
        }

        if (_remembered.Count < RememberedMax) _remembered.TryAdd(id, timestampNs);
    }

    public bool Remembers(MessageId id) => _remembered?.ContainsKey(id) == true;
}
