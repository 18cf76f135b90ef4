using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Telemetry;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>
/// Who reads what live. A reader's own lock comes before the lock of a topic's reader set; a delivery holds only the latter.
/// </summary>
internal sealed class SubscriptionTable(LogTail tail, ILogger logger, NodeMetrics metrics)
{
    private readonly ConcurrentDictionary<string, ReaderSet> _topics = new(StringComparer.Ordinal);
    private readonly ReaderSet _all = new();
    private readonly ConcurrentDictionary<Subscription, bool> _open = new();
    private volatile bool _closed;

    public int OpenCount => _open.Count;

    public bool IsEmpty => _open.IsEmpty;

    public int TopicCount => _topics.Count;

    /// <summary>The last committed entry: later ones are live to whoever registers now.</summary>
    public ulong Position => tail.Last;

    public Subscription Open(IEnumerable<string> topics, int capacity, ReplayQueue? replays = null)
    {
        var subscription = Track(new Subscription(this, capacity, all: false, replays));
        try
        {
            subscription.ReplaceTopics(topics);
        }
        catch
        {
            // The caller's sequence threw half-way; nothing of it may stay registered.
            subscription.Dispose();
            throw;
        }

        return subscription;
    }

    public Subscription OpenAll(int capacity, ReplayQueue? replays = null)
    {
        var subscription = Track(new Subscription(this, capacity, all: true, replays));
        subscription.FollowAll();
        return subscription;
    }

    public void Add(string topic, Registration registration)
    {
        while (!_topics.GetOrAdd(topic, static _ => new ReaderSet()).TryAdd(registration))
        {
            // That set lost its last reader just now and is about to be replaced.
        }
    }

    public void Remove(string topic, Registration registration)
    {
        if (_topics.TryGetValue(topic, out var readers) && readers.Remove(registration, retireWhenEmpty: true))
            _topics.TryRemove(new KeyValuePair<string, ReaderSet>(topic, readers));
    }

    public void AddToAll(Registration registration) => _all.TryAdd(registration);

    public void RemoveFromAll(Registration registration) => _all.Remove(registration, retireWhenEmpty: false);

    public void Forget(Subscription subscription) => _open.TryRemove(subscription, out _);

    /// <summary>Hands an envelope to its readers.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="sequence">Its number, or <see cref="ulong.MaxValue"/> when it is never stored.</param>
    public void Deliver(Envelope envelope, ulong sequence)
    {
        List<Subscription>? overflowed = null;
        if (_topics.TryGetValue(envelope.ContentTopic, out var readers)) readers.Deliver(envelope, sequence, ref overflowed);
        if (IsShownToAll(envelope.ContentTopic)) _all.Deliver(envelope, sequence, ref overflowed);
        if (overflowed is null) return;
        foreach (var subscription in overflowed) Drop(subscription);
    }

    /// <summary>Refuses new readers and ends those that are open, evenly over a time, so that they do not all return at once.</summary>
    public async Task CloseAsync(TimeSpan over, TimeProvider time, CancellationToken cancellationToken)
    {
        _closed = true;
        var open = _open.Keys.ToArray();
        const int Steps = 20;
        var step = (open.Length + Steps - 1) / Steps;
        for (var i = 0; i < open.Length; i++)
        {
            open[i].End(Stopping());
            if (over > TimeSpan.Zero && (i + 1) % step == 0 && i + 1 < open.Length)
                await Task.Delay(over / Steps, time, cancellationToken).ConfigureAwait(false);
        }

        // Whoever came in while the door was closing.
        foreach (var subscription in _open.Keys) subscription.End(Stopping());
    }

    /// <summary>Takes new readers again.</summary>
    public void Reopen() => _closed = false;

    /// <summary>Whether readers of all topics see this one.</summary>
    public static bool IsShownToAll(string topic) =>
        topic.StartsWith("/xmtp/0/", StringComparison.Ordinal) || topic.StartsWith("/xmtp/mls/1/", StringComparison.Ordinal);

    private static XmtpException Stopping() => new(ErrorCatalogue.Unavailable, "This node is stopping. Subscribe again, here later or elsewhere.");

    private Subscription Track(Subscription subscription)
    {
        if (_closed) throw Stopping();
        _open[subscription] = true;
        if (_closed) subscription.End(Stopping());
        return subscription;
    }

    /// <summary>Ends a reader whose buffer has no room for what it is owed.</summary>
    public void Drop(Subscription subscription)
    {
        if (!subscription.End(new XmtpException(ErrorCatalogue.Unavailable,
            $"The reader fell behind: {subscription.Capacity} envelopes were waiting. Subscribe again, then query for what was missed.")))
            return;
        metrics.Dropped.Add(1);
        logger.ReaderDropped(subscription.Capacity);
    }
}
