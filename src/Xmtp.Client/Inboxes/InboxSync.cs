using System.Collections.Concurrent;
using System.Threading.Channels;
using Xmtp.Client.Consent;
using Xmtp.Client.Conversations;
using Xmtp.Client.Storage;
using Xmtp.Client.Storage.Records;
using Xmtp.Client.Streams;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Inboxes;

/// <summary>
/// Brings what the network has into the store, from where an earlier run stopped, for as long as it is wanted. One feed brings
/// envelopes of all topics; they wait in a bounded queue; one task takes what waits, opens it on all processors and commits it
/// together. A position is stored in the same order, so it never covers what is not on the disk.
/// </summary>
internal sealed class InboxSync : IAsyncDisposable
{
    private const int BatchMax = 512;
    private const int QueueMax = 2 * BatchMax;

    // A position that so many topics are not covered by is not worth storing: it would be followed by as many queries.
    private const int UncoveredMax = 1000;

    private readonly ClientContext _client;
    private readonly LocalStore _store;
    private readonly InboxIndex _index;
    private readonly InboxJournal _journal;
    private readonly Action _changed;
    private readonly FollowedTopics _topics;
    private readonly EnvelopeFeed _feed;
    private readonly Channel<SyncItem> _queue = Channel.CreateBounded<SyncItem>(new BoundedChannelOptions(QueueMax) { SingleReader = true });
    private readonly ConcurrentQueue<Conversation> _began = new();
    private readonly ConcurrentDictionary<ConsentEntry, bool> _decided;
    private readonly Dictionary<string, TopicRecord> _accountTopics;
    private Task _storing = Task.CompletedTask;
    private long _waiting;
    private int _disposed;
    private volatile Link? _link;

    private sealed record Link(ConnectionState State, Exception? Failure);

    /// <param name="client">What the client's parts share.</param>
    /// <param name="restored">Where an earlier run stopped.</param>
    /// <param name="decided">Consent entries whose decision has yet to be stored.</param>
    /// <param name="store">The store.</param>
    /// <param name="index">The conversations in it.</param>
    /// <param name="journal">What changes it.</param>
    /// <param name="changed">Called when something of this object may have changed.</param>
    public InboxSync(
        ClientContext client, InboxRestored restored, ConcurrentDictionary<ConsentEntry, bool> decided, LocalStore store, InboxIndex index, InboxJournal journal, Action changed)
    {
        (_client, _decided, _store, _index, _journal, _changed) = (client, decided, store, index, journal, changed);
        _accountTopics = restored.AccountTopics;
        _topics = new FollowedTopics(client.ClockSkewNs);
        Follow(restored);
        _feed = new EnvelopeFeed(client.Streams, _topics, ReceiveAsync, Connected, Moved) { HistoryRead = HistoryReadAsync };
    }

    /// <summary>How the feed stands with the network; null before the first connection was tried.</summary>
    public ConnectionState? Connection => _link?.State;

    /// <summary>Why the connection was lost, or why syncing ended by itself.</summary>
    public Exception? Failure => _link?.Failure;

    /// <summary>Whether everything that the network had is in the store.</summary>
    public bool IsComplete => Connection == ConnectionState.Connected && Interlocked.Read(ref _waiting) == 0 && _began.IsEmpty
        && _accountTopics.Values.All(static topic => topic.IsRead) && Array.TrueForAll(_index.All, static entry => entry.State.Topic.IsRead);

    /// <summary>Begins, in the background.</summary>
    public void Start()
    {
        _client.Conversations.Store.Added += Began;
        _client.Consent.Decided += Decided;
        foreach (var conversation in _client.Conversations.Known)
            if (!_index.TryGet(conversation, out _)) _began.Enqueue(conversation);
        Enqueue(new SyncItem.Woken());
        _storing = Task.Run(StoreAsync);
        _feed.Start(Ended);
    }

    /// <summary>Ends it. What was received and is not stored yet is stored.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _client.Conversations.Store.Added -= Began;
        _client.Consent.Decided -= Decided;
        await _feed.DisposeAsync().ConfigureAwait(false);
        _queue.Writer.TryComplete();
        await _storing.ConfigureAwait(false);
    }

    private void Follow(InboxRestored restored)
    {
        var uncovered = restored.Position?.Uncovered.ToHashSet(StringComparer.Ordinal);
        foreach (var (topic, record) in _accountTopics)
            _topics.Restore(topic, record.SeenNs, isRead: true, uncovered?.Contains(topic) == false);
        foreach (var entry in _index.All)
        {
            var topic = entry.Conversation.Topic.Value;
            var isCovered = entry.Ordinal <= restored.Position?.ThroughOrdinal && !uncovered!.Contains(topic);
            _topics.Restore(topic, entry.State.Topic.SeenNs, entry.State.Topic.IsRead || isCovered, isCovered);
            entry.IsFollowed = true;
        }

        if (restored.Position is { } position) _topics.Restore(position.Position);
    }

    private ValueTask ReceiveAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        return _queue.Writer.WriteAsync(new SyncItem.Received(envelope), cancellationToken);
    }

    private ValueTask HistoryReadAsync(string[] topics, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        return _queue.Writer.WriteAsync(new SyncItem.HistoryRead(topics), cancellationToken);
    }

    private void Moved()
    {
        var entries = _index.All;
        var through = entries.Where(static entry => !entry.IsFollowed).Select(static entry => entry.Ordinal - 1).DefaultIfEmpty(entries.Length == 0 ? 0 : entries.Max(static entry => entry.Ordinal)).Min();
        var uncovered = _topics.Uncovered(_topics.Names);
        if (uncovered.Length <= UncoveredMax) Enqueue(new SyncItem.Moved(_topics.Position, through, uncovered));
    }

    private void Connected(ConnectionState state, Exception? failure)
    {
        if (_link?.State == ConnectionState.Closed) return;
        _link = new Link(state, failure);
        if (state == ConnectionState.Connected) Enqueue(new SyncItem.Woken());
        _changed();
    }

    private void Ended(Exception? failure)
    {
        if (failure is not null) Connected(ConnectionState.Closed, failure);
    }

    private void Began(Conversation conversation)
    {
        _began.Enqueue(conversation);
        Enqueue(new SyncItem.Woken());
    }

    private void Decided(IReadOnlyCollection<ConsentEntry> entries) => Enqueue(new SyncItem.Woken());

    /// <summary>Nothing is lost where the queue is full: what was to be said is said with the next item, or asked for anew.</summary>
    private void Enqueue(SyncItem item)
    {
        Interlocked.Increment(ref _waiting);
        if (!_queue.Writer.TryWrite(item)) Interlocked.Decrement(ref _waiting);
    }

    private async Task StoreAsync()
    {
        var batch = new List<SyncItem>(BatchMax);
        try
        {
            while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                batch.Clear();
                while (batch.Count < BatchMax && _queue.Reader.TryRead(out var item)) batch.Add(item);
                await StoreAsync(batch).ConfigureAwait(false);
                Interlocked.Add(ref _waiting, -batch.Count);
                _changed();
            }
        }
        catch (Exception failure)
        {
            // The disk, or a defect: what the feed brings from here on would be lost, so it must not go on.
            ClientLog.SyncFailed(_client.Logger, failure);

            // Those of the batch that failed are in memory and not in the store; which ones nobody knows any more.
            foreach (var entry in _client.Consent.Entries.Keys) _decided[entry] = true;
            _queue.Writer.TryComplete(failure);
            Connected(ConnectionState.Closed, failure);
        }
    }

    private async Task StoreAsync(List<SyncItem> batch)
    {
        Envelope[] envelopes = [.. batch.OfType<SyncItem.Received>().Select(static item => item.Envelope)];
        var invite = _client.Conversations.Finder.Invite.Value;
        await _client.Conversations.Finder.TakeInvitesAsync([.. envelopes.Where(envelope => envelope.ContentTopic == invite)], CancellationToken.None).ConfigureAwait(false);
        Envelope[] messages = [.. envelopes.Where(envelope => envelope.ContentTopic != invite && envelope.ContentTopic != _client.Consent.Topic)];
        var fresh = await FreshAsync(messages).ConfigureAwait(false);
        var opened = await ConversationFinder.OpenAllAsync(fresh, _client.Conversations.Decode, CancellationToken.None).ConfigureAwait(false);
        foreach (var envelope in envelopes.Where(envelope => envelope.ContentTopic == _client.Consent.Topic)) _client.Consent.Take(envelope);
        await AddConversationsAsync().ConfigureAwait(false);

        var read = batch.OfType<SyncItem.HistoryRead>().SelectMany(static item => item.Topics).Distinct(StringComparer.Ordinal)
            .SelectMany(_client.Conversations.Store.OnTopic)
            .Select(conversation => _index.TryGet(conversation, out var entry) ? entry : null)
            .OfType<InboxEntry>();
        var others = new List<StoreChange>();
        AddDecisions(others);
        AddAccountTopics(envelopes, others);
        if (batch.OfType<SyncItem.Moved>().LastOrDefault() is { } moved) others.Add(PositionOf(moved));
        await _journal.AddAsync([.. opened.OfType<DecodedMessage>()], DeliveryState.Received, read, _client.Clock.NowNs, others, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Leaves out what is in the store: topics are read with some overlap, and opening a message costs more than looking.</summary>
    private async Task<Envelope[]> FreshAsync(Envelope[] envelopes)
    {
        if (envelopes.Length == 0) return envelopes;
        var keys = Array.ConvertAll(envelopes, envelope => (ReadOnlyMemory<byte>)RowKeys.Place(_journal.NameOf(Messages.MessageId.FromMessage(envelope.Message.Span))));
        var known = await _store.Rows.ContainsAsync(keys, CancellationToken.None).ConfigureAwait(false);
        return [.. envelopes.Where((_, i) => !known[i])];
    }

    private async Task AddConversationsAsync()
    {
        var began = new List<Conversation>();
        while (_began.TryDequeue(out var conversation)) began.Add(conversation);
        if (began.Count == 0) return;
        await _journal.AddAsync(began.Distinct().ToList(), CancellationToken.None).ConfigureAwait(false);
        var isNew = false;
        foreach (var conversation in began)
        {
            isNew |= _topics.Add(conversation.Topic.Value, sinceNs: 0, isRead: false);
            if (_index.TryGet(conversation, out var entry)) entry.IsFollowed = true;
        }

        if (isNew) _feed.TopicAdded();
    }

    private void AddDecisions(List<StoreChange> changes)
    {
        foreach (var entry in _decided.Keys)
        {
            // Taken out before it is looked up: what is decided after that comes in again.
            if (!_decided.TryRemove(entry, out _)) continue;
            var (state, timestampNs, digest) = _client.Consent.List.Save(entry);
            changes.Add(_store.Rows.Put(RowKeys.Consent(_store.Rows.Blind(entry.ToString())), new ConsentRecord
            {
                Kind = (uint)entry.Kind,
                Value = entry.Value,
                State = (uint)state,
                TimestampNs = timestampNs,
                Digest = Google.Protobuf.ByteString.CopyFrom(digest),
            }));
        }
    }

    private void AddAccountTopics(Envelope[] envelopes, List<StoreChange> changes)
    {
        var nowNs = _client.Clock.NowNs;
        foreach (var (topic, record) in _accountTopics)
        {
            var seenNs = envelopes.Where(envelope => envelope.ContentTopic == topic).Select(static envelope => envelope.TimestampNs).DefaultIfEmpty().Max();
            seenNs = Math.Max(record.SeenNs, Math.Min(seenNs, nowNs));

            // These are read when the connection is made, before anything live.
            var isRead = record.IsRead || Connection == ConnectionState.Connected;
            if (seenNs == record.SeenNs && isRead == record.IsRead) continue;
            (record.SeenNs, record.IsRead) = (seenNs, isRead);
            changes.Add(_store.Rows.Put(RowKeys.Topic(_store.Rows.Blind(topic)), record));
        }
    }

    private StoreChange PositionOf(SyncItem.Moved moved) => moved.Position is null
        ? SealedStore.Remove(RowKeys.Position)
        : _store.Rows.Put(RowKeys.Position, new PositionRecord { Position = moved.Position, ThroughOrdinal = moved.ThroughOrdinal, Uncovered = { moved.Uncovered } });
}
