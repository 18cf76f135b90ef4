using System.Diagnostics;
using Xmtp.Client.Network;
using Xmtp.Client.Transport;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Streams;

/// <summary>
/// Envelopes of a growing set of topics, for as long as it is wanted, over as many connections as it takes.
/// <list type="number">
/// <item>Subscribe, from the position in hand if there is one. Only then can anything be read without leaving a gap between
/// history and live.</item>
/// <item>Read from the same node, topic by topic, what was published since the last envelope seen there, less the clock skew
/// (not at the first opening). A node that goes on from the position is asked only for topics that it does not cover.</item>
/// <item>Deliver what arrives live, and take over each position the node states in between.</item>
/// <item>A little later read the topics of step 2 once more: nodes confirm a new set of topics before, with or after it takes effect.</item>
/// <item>When the connection is lost: say so, wait, begin again.</item>
/// </list>
/// Envelopes are delivered one at a time and may come repeatedly; the receiver tells repeats. A receiver that is slow
/// holds up reading, the node drops the subscription at some point, and step 2 fetches the rest: memory stays bounded.
/// </summary>
internal sealed class EnvelopeFeed : IAsyncDisposable
{
    private const int ReadingRoundsMax = 5;
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StableTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RenewalTime = TimeSpan.FromMinutes(2);

    private readonly StreamContext _context;
    private readonly FollowedTopics _topics;
    private readonly Func<Envelope, CancellationToken, ValueTask> _deliver;
    private readonly Action<ConnectionState, Exception?> _changed;
    private readonly Action _moved;
    private readonly SemaphoreSlim _delivering = new(1, 1);
    private readonly SemaphoreSlim _replacing = new(1, 1);
    private readonly SemaphoreSlim _added = new(0);
    private readonly CancellationTokenSource _stop = new();

    private FeedLink? _link;
    private int _links;
    private Task _running = Task.CompletedTask;

    /// <param name="context">What the client's streams share.</param>
    /// <param name="topics">What to follow.</param>
    /// <param name="deliver">Takes an envelope.</param>
    /// <param name="changed">Hears of the connection.</param>
    /// <param name="moved">Called, never while an envelope is delivered, when the position of the topics has changed.</param>
    public EnvelopeFeed(
        StreamContext context,
        FollowedTopics topics,
        Func<Envelope, CancellationToken, ValueTask> deliver,
        Action<ConnectionState, Exception?> changed,
        Action moved) => (_context, _topics, _deliver, _changed, _moved) = (context, topics, deliver, changed, moved);

    private NodeConnection Connection => _context.Connection;

    private TimeProvider Time => _context.TimeProvider;

    /// <summary>Subscribes for the first time. Nothing is delivered before <see cref="Start"/>.</summary>
    /// <exception cref="NodeException">It failed, also when repeated.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _link = await Connection.Retries.RunAsync("Subscribe", token => SubscribeAsync(_topics.Names, token), cancellationToken).ConfigureAwait(false);
        await MoveAsync(_link.Subscription.Position, _link, isContinued: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Hears of topics whose history was read to its end: everything there was delivered.</summary>
    public Func<string[], CancellationToken, ValueTask>? HistoryRead { get; init; }

    /// <summary>Begins to deliver; without an <see cref="OpenAsync"/> before, connects in the background and for as long as it takes.</summary>
    /// <param name="completed">Called once when it has ended: with the failure when it ended by itself.</param>
    public void Start(Action<Exception?> completed) => _running = Task.Run(() => RunAsync(completed));

    /// <summary>Follows one more topic, from the time on that the topic was added with.</summary>
    public void TopicAdded()
    {
        try
        {
            _added.Release();
        }
        catch (ObjectDisposedException)
        {
            // Ended meanwhile.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (Interlocked.Exchange(ref _link, null) is { } link) await link.DisposeAsync().ConfigureAwait(false);
        _added.Dispose();
    }

    private async Task RunAsync(Action<Exception?> completed)
    {
        // The stream outlives what the caller was doing when it was opened.
        Activity.Current = null;
        Task[] parts = [StayConnectedAsync(_stop.Token), UpdateTopicsAsync(_stop.Token), RenewAsync(_stop.Token)];

        // None of them ends by itself: either all are cancelled, or one has a defect, and who reads the stream must see it.
        var first = await Task.WhenAny(parts).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        completed(first.Exception?.InnerException);
    }

    private async Task StayConnectedAsync(CancellationToken cancellationToken)
    {
        var attempt = 0;
        var lostAt = Time.GetTimestamp();
        Exception? failure = null;
        if (_link is { } opened) _ = SettleAsync(_topics.Names, opened, cancellationToken);
        else failure = await TryReconnectAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            if (failure is null)
            {
                var connectedAt = Time.GetTimestamp();
                failure = await ReadToEndAsync(cancellationToken).ConfigureAwait(false);
                lostAt = Time.GetTimestamp();
                if (Time.GetElapsedTime(connectedAt, lostAt) >= StableTime) attempt = 0;
            }

            _changed(ConnectionState.Reconnecting, failure);
            var delay = Connection.Retries.DelayAfter(failure, attempt++);
            ClientLog.Reconnecting(_context.Logger, delay.TotalMilliseconds, attempt, failure?.Message ?? "ended by the node");
            await Task.Delay(delay, Time, cancellationToken).ConfigureAwait(false);
            Connection.Metrics.Reconnecting();
            failure = await TryReconnectAsync(cancellationToken).ConfigureAwait(false);
            if (failure is null) Connection.Metrics.Reconnected(Time.GetElapsedTime(lostAt));
        }
    }

    /// <summary>Delivers until the connection is lost.</summary>
    /// <returns>Why it was lost; null when the node ended it.</returns>
    private async Task<Exception?> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var link = _link!;
        var envelopes = link.Subscription.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (envelopes.ConfigureAwait(false))
        {
            while (true)
            {
                try
                {
                    if (!await envelopes.MoveNextAsync().ConfigureAwait(false)) return null;
                }
                catch (Exception lost) when (lost is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    // Whatever the wire throws: the connection is gone, and making a new one is the answer.
                    return lost;
                }

                if (NodeMetadata.IsMark(envelopes.Current)) await TakeMarkAsync(envelopes.Current, link, cancellationToken).ConfigureAwait(false);
                else if (!_topics.MustWait(envelopes.Current)) await DeliverAsync(envelopes.Current, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <returns>Null when it is connected and has caught up, or catches up by what the subscription brings first.</returns>
    private async Task<Exception?> TryReconnectAsync(CancellationToken cancellationToken)
    {
        FeedLink? link = null;
        try
        {
            if (Interlocked.Exchange(ref _link, null) is { } old) await old.DisposeAsync().ConfigureAwait(false);
            var topics = _topics.Names;
            link = await SubscribeAsync(topics, cancellationToken).ConfigureAwait(false);
            _changed(ConnectionState.CatchingUp, null);
            var isContinued = link.Subscription.IsContinued;

            // Topics whose history has yet to be read are read afterwards; what comes live there waits for it.
            var read = _topics.Read(topics);
            var gaps = isContinued ? _topics.Uncovered(read) : read;
            ClientLog.Reconnected(_context.Logger, isContinued, gaps.Length);
            await CatchUpAsync(gaps, link, cancellationToken).ConfigureAwait(false);

            // Nothing was taken from this subscription yet, so nothing waited for the reading.
            _topics.MarkRead(gaps, even: true);
            _topics.MarkComplete(gaps, link.Number);

            // Where the node goes on from an older position, that one holds until the first mark: what lies between is yet to come.
            if (!isContinued) await MoveAsync(link.Subscription.Position, link, isContinued: false, cancellationToken).ConfigureAwait(false);

            // Only now others may use it: from here on the position in hand is one that this subscription goes on from.
            Volatile.Write(ref _link, link);
            _changed(ConnectionState.Connected, null);
            _ = SettleAsync(gaps, link, cancellationToken);
            TopicAdded();
            return null;
        }
        catch (NodeException failure)
        {
            return failure;
        }
        finally
        {
            if (link is not null && !ReferenceEquals(link, Volatile.Read(ref _link))) await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<FeedLink> SubscribeAsync(string[] topics, CancellationToken cancellationToken) =>
        new(await Connection.SubscribeAsync(topics, _topics.Position, cancellationToken).ConfigureAwait(false), _links++);

    /// <summary>Brings added topics into the subscription. Several that come at once go in one request.</summary>
    private async Task UpdateTopicsAsync(CancellationToken cancellationToken)
    {
        var attempt = 0;
        while (true)
        {
            await _added.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                // Without a link there is a reconnect under way, and it signals when it is through.
                if (Volatile.Read(ref _link) is { } link) await ReadAddedAsync(link, cancellationToken).ConfigureAwait(false);
                attempt = 0;
            }
            catch (NodeException failure)
            {
                await Task.Delay(Connection.Retries.DelayAfter(failure, attempt++), Time, cancellationToken).ConfigureAwait(false);
                TopicAdded();
            }
        }
    }

    private async Task ReadAddedAsync(FeedLink link, CancellationToken cancellationToken)
    {
        var subscribed = 0;
        var round = 0;
        for (var added = _topics.Unread; added.Length > 0; added = _topics.Unread)
        {
            if (_topics.Names.Length > subscribed) subscribed = await ReplaceTopicsAsync(link, cancellationToken).ConfigureAwait(false);
            await CatchUpAsync(added, link, cancellationToken).ConfigureAwait(false);

            // A reconnect that began meanwhile may have taken the list of topics before these were in it.
            if (!ReferenceEquals(link, Volatile.Read(ref _link))) return;

            // On a topic that never rests, live envelopes would wait for ever: what waited at the end is read when it settles.
            _topics.MarkRead(added, even: ++round == ReadingRoundsMax);
            if (HistoryRead is not null) await HistoryRead(_topics.Read(added), cancellationToken).ConfigureAwait(false);
            _ = SettleAsync(added, link, cancellationToken);
        }
    }

    /// <summary>Where a dead connection looks like a silent one, the subscription is made anew from time to time, and what it may have missed is read.</summary>
    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(RenewalTime, Time, cancellationToken).ConfigureAwait(false);
            if (Volatile.Read(ref _link) is not { Subscription.NoticesLoss: false } link) continue;
            var topics = _topics.Names;
            try
            {
                await ReplaceTopicsAsync(link, cancellationToken).ConfigureAwait(false);
                await CatchUpAsync(topics, link, cancellationToken).ConfigureAwait(false);
            }
            catch (NodeException failure)
            {
                ClientLog.RenewingFailed(_context.Logger, topics.Length, failure);
            }
        }
    }

    /// <summary>One at a time, each with the list as it is then: an older list must not come last.</summary>
    /// <returns>How many topics there were.</returns>
    private async Task<int> ReplaceTopicsAsync(FeedLink link, CancellationToken cancellationToken)
    {
        await _replacing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var names = _topics.Names;
            await link.Subscription.ReplaceTopicsAsync(names, _topics.Position, cancellationToken).ConfigureAwait(false);
            return names.Length;
        }
        finally
        {
            _replacing.Release();
        }
    }

    private async Task SettleAsync(string[] topics, FeedLink link, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(SettleTime, Time, cancellationToken).ConfigureAwait(false);

            // After a reconnect all of it is read anyway: as long as this was not done, no position covers it.
            if (!ReferenceEquals(link, Volatile.Read(ref _link))) return;
            var complete = _topics.Read(topics);
            await CatchUpAsync(topics, link, cancellationToken).ConfigureAwait(false);
            _topics.MarkComplete(complete, link.Number);
        }
        catch (OperationCanceledException)
        {
            // The stream has ended.
        }
        catch (NodeException failure)
        {
            ClientLog.SettlingFailed(_context.Logger, topics.Length, failure);
        }
    }

    private async Task CatchUpAsync(string[] topics, FeedLink link, CancellationToken cancellationToken)
    {
        var gaps = _topics.BeginReading(topics);
        try
        {
            await foreach (var envelope in Connection.ReadManyAsync(gaps, link.Subscription, cancellationToken).ConfigureAwait(false))
                await DeliverAsync(envelope, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _topics.EndReading(gaps);
        }
    }

    private async ValueTask DeliverAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        await _delivering.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _deliver(envelope, cancellationToken).ConfigureAwait(false);
            _topics.Seen(envelope, _context.Clock.NowNs);
        }
        finally
        {
            _delivering.Release();
        }
    }

    private async ValueTask TakeMarkAsync(Envelope mark, FeedLink link, CancellationToken cancellationToken)
    {
        if (link.Subscription.Position is null || NodeMetadata.MarkedPosition(mark) is not { } position) return;
        await MoveAsync(position, link, isContinued: true, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask MoveAsync(string? position, FeedLink link, bool isContinued, CancellationToken cancellationToken)
    {
        await _delivering.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _topics.MoveTo(position, link.Number, isContinued);
            _moved();
        }
        finally
        {
            _delivering.Release();
        }
    }
}
