using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Xmtp.Client.Consent;
using Xmtp.Client.Conversations;
using Xmtp.Client.Messages;
using Xmtp.Client.Storage;
using Xmtp.Client.Storage.Records;
using Xmtp.Client.Streams;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Inboxes;

/// <summary>
/// The account's conversations and messages on this device. Everything is read from the local store, at once and offline too;
/// after <see cref="StartAsync"/> the store is kept complete in the background, and what is sent is stored first and delivered
/// when the network can be reached, once. Safe for concurrent use.
/// </summary>
/// <example><code>
/// await client.Inbox.StartAsync();
/// foreach (var item in client.Inbox.List()) Console.WriteLine($"{item.Conversation.Peer}: {item.Unread} unread");
/// await client.Inbox.SendAsync(conversation, "hello");
/// await foreach (var message in client.Inbox.StreamMessages(after: lastHandled)) Handle(message);
/// </code></example>
[SuppressMessage("Design", "CA1001", Justification = "Part of the client, which closes it; users must not.")]
public sealed class Inbox
{
    private readonly ClientContext _client;
    private readonly LocalStore _store;
    private readonly InboxIndex _index = new();
    private readonly InboxJournal _journal;
    private readonly InboxReader _reader;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly ConcurrentDictionary<ConsentEntry, bool> _decided = new();
    private readonly InboxStatus _status;
    private InboxSync? _sync;
    private Outbox? _outbox;
    private Exception? _outboxFailure;

    internal Inbox(ClientContext client, LocalStore store)
    {
        (_client, _store) = (client, store);
        _status = new InboxStatus(state => Raise(StateChanged, new InboxStateChangedEventArgs(state), nameof(StateChanged)));
        _journal = new InboxJournal(store, _index, () => Raise(Changed, EventArgs.Empty, nameof(Changed)));
        _reader = new InboxReader(store, _index, _journal, client.Codecs);
    }

    /// <summary>How the store stands with the network.</summary>
    public InboxState State => _status.State;

    /// <summary>Whether what it holds outlives the client: <see cref="XmtpClientOptions.Store"/> was set.</summary>
    public bool IsDurable => _store.IsDurable;

    /// <summary>The cursor of the message that came last.</summary>
    public InboxCursor End => new(_journal.End);

    /// <summary><see cref="State"/> changed. Raised on the client's tasks, so a handler must not block.</summary>
    public event EventHandler<InboxStateChangedEventArgs>? StateChanged;

    /// <summary>
    /// What <see cref="List"/> gives has changed: a conversation, a message, a read mark, a decision about a peer. Raised on the
    /// client's tasks, so a handler must not block; raised often, so a screen should wait a moment for the next one.
    /// </summary>
    public event EventHandler? Changed;

    /// <summary>A message of the outbox was sent, refused or queued again. Raised on the client's tasks, so a handler must not block.</summary>
    public event EventHandler<DeliveryChangedEventArgs>? DeliveryChanged;

    /// <summary>
    /// Begins to keep the store complete and to send what waits, in the background, until <see cref="StopAsync"/> or the end of the
    /// client. Does not wait for the network. Nothing happens while it works; when it has ended by itself, it begins anew.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        _client.ThrowIfDisposed();
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_sync is { Connection: not ConnectionState.Closed }) return;

            // One that ended by itself, as when the disk was full, begins anew.
            if (_sync is not null) await EndAsync().ConfigureAwait(false);
            _outboxFailure = null;
            var outbox = await GetOutboxAsync(cancellationToken).ConfigureAwait(false);
            var restored = await InboxRestored.ReadAsync(_client, _store, cancellationToken).ConfigureAwait(false);
            _sync = new InboxSync(_client, restored, _decided, _store, _index, _journal, Evaluate);
            _sync.Start();
            outbox.Start();
            Evaluate();
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Ends what <see cref="StartAsync"/> began. What was received is stored, what waits stays in the outbox, streams wait.</summary>
    /// <param name="cancellationToken">Ends the wait for a start that is under way; what has begun is ended in any case.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await EndAsync().ConfigureAwait(false);
            Evaluate();
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>
    /// Waits until everything that the network has is in the store; starts the inbox if it was not. Waits as long as it takes when the
    /// network cannot be reached: see <see cref="State"/>.
    /// </summary>
    /// <exception cref="XmtpException">Syncing ended by itself, as when the disk failed.</exception>
    public async Task SyncAsync(CancellationToken cancellationToken = default)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var (state, changed) = _status.Watch();
            if (state.Phase == InboxPhase.Live) return;
            if (Volatile.Read(ref _sync) is null or { Connection: ConnectionState.Closed })
                throw new XmtpException(ErrorCatalogue.Cancelled, "the inbox was stopped before the store was complete", state.Error);
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The conversations in the store, those first in which something happened last.</summary>
    /// <param name="consent">Only those with peers about whom this was decided; null for all.</param>
    public IReadOnlyList<InboxConversation> List(ConsentState? consent = null)
    {
        var all = _index.All.Select(Snapshot).Where(item => consent is null || item.Consent == consent).ToArray();
        var keys = Array.ConvertAll(all, static item => -item.LastActivityAt.Ticks);
        Array.Sort(keys, all);
        return all;
    }

    /// <summary>What the store holds of a conversation; null when it does not have it yet.</summary>
    public InboxConversation? Find(Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return _index.TryGet(conversation, out var entry) ? Snapshot(entry) : null;
    }

    /// <summary>Messages of a conversation, from the store.</summary>
    /// <param name="conversation">A conversation of this client.</param>
    /// <param name="options">Which, in which order; null for all, the oldest first.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<InboxMessage> ReadMessagesAsync(
        Conversation conversation, ListMessagesOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        _client.ThrowIfDisposed();
        if (!_index.TryGet(conversation, out var entry)) yield break;
        await foreach (var message in _reader.ReadAsync(entry, options ?? new ListMessagesOptions(), cancellationToken).ConfigureAwait(false)) yield return message;
    }

    /// <summary>A message by its id, as replies and reactions name it; null when the store does not have it.</summary>
    public async Task<InboxMessage?> FindMessageAsync(MessageId id, CancellationToken cancellationToken = default)
    {
        _client.ThrowIfDisposed();
        return await _reader.FindAsync(id, cancellationToken).ConfigureAwait(false) is var (entry, record) ? _reader.Open(entry, record) : null;
    }

    /// <summary>
    /// Messages in the order in which they come to the store, this account's own included, without gap or repeat, until the token is
    /// cancelled. A slow reader costs no memory: what it has not read is in the store. Several readers each get all.
    /// </summary>
    /// <param name="after">The cursor of the last message that was handled; null for those that come from this call on.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public IAsyncEnumerable<InboxMessage> StreamMessages(InboxCursor? after = null, CancellationToken cancellationToken = default)
    {
        _client.ThrowIfDisposed();
        return _reader.FollowAsync(after?.Value ?? _journal.End, cancellationToken);
    }

    /// <summary>How far a reader has come, by an earlier <see cref="SaveCursorAsync"/>; null when it never saved.</summary>
    /// <param name="reader">The application's name for it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<InboxCursor?> ReadCursorAsync(string reader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _client.ThrowIfDisposed();
        return await _store.Rows.FindAsync(RowKeys.Cursor(_store.Rows.Blind(reader)), CursorRecord.Parser, cancellationToken).ConfigureAwait(false) is { } saved ? new InboxCursor(saved.Arrival) : null;
    }

    /// <summary>Keeps how far a reader has come, in the store.</summary>
    /// <param name="reader">The application's name for it.</param>
    /// <param name="cursor">The cursor of the last message that it handled.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task SaveCursorAsync(string reader, InboxCursor cursor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _client.ThrowIfDisposed();
        var rows = _store.Rows;
        await rows.CommitAsync([rows.Put(RowKeys.Cursor(rows.Blind(reader)), new CursorRecord { Arrival = cursor.Value })], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Seals a message, puts it into the store and the outbox, and returns; it is sent in the background, when the network can be
    /// reached, exactly once. Only the first message of a V1 conversation needs the network at once, for the peer's keys.
    /// </summary>
    /// <param name="conversation">A conversation of this client.</param>
    /// <param name="content">Content of a type that a codec is registered for; a <see cref="string"/> is text.</param>
    /// <param name="options">How to send it. Ephemeral messages cannot wait: send them by the conversation.</param>
    /// <param name="cancellationToken">Ends the call before the message is stored.</param>
    /// <returns>The message, on stable storage.</returns>
    /// <exception cref="XmtpException">As by <see cref="Conversation.SendAsync{T}(T, CancellationToken)"/>, without what a node may refuse.</exception>
    public async Task<InboxMessage> SendAsync<T>(Conversation conversation, T content, SendOptions? options = null, CancellationToken cancellationToken = default)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(conversation);
        if (options?.Ephemeral == true) throw new ArgumentException("An ephemeral message cannot wait in an outbox; send it by the conversation.", nameof(options));
        var prepared = await conversation.PrepareAsync(content, options, cancellationToken).ConfigureAwait(false);
        Network.Publisher.Check(prepared.Envelopes);
        if (!_index.TryGet(conversation, out var entry))
        {
            await _journal.AddAsync([conversation], cancellationToken).ConfigureAwait(false);
            if (!_index.TryGet(conversation, out entry)) throw new ArgumentException("The conversation is another client's.", nameof(conversation));
        }

        var outbox = await LockedOutboxAsync(cancellationToken).ConfigureAwait(false);
        return await outbox.AddAsync(entry, prepared, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Queues a message again that the network had refused.</summary>
    /// <returns>False when it is not in that state.</returns>
    public async Task<bool> RetryAsync(MessageId id, CancellationToken cancellationToken = default) =>
        await (await LockedOutboxAsync(cancellationToken).ConfigureAwait(false)).RetryAsync(id, cancellationToken).ConfigureAwait(false);

    /// <summary>Forgets a message that the network had refused.</summary>
    /// <returns>False when it is not in that state.</returns>
    public async Task<bool> DiscardAsync(MessageId id, CancellationToken cancellationToken = default) =>
        await (await LockedOutboxAsync(cancellationToken).ConfigureAwait(false)).DiscardAsync(id, cancellationToken).ConfigureAwait(false);

    /// <summary>Marks everything in a conversation so far as read, on this device.</summary>
    public async Task MarkReadAsync(Conversation conversation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        _client.ThrowIfDisposed();
        if (_index.TryGet(conversation, out var entry)) await _journal.MarkReadAsync(entry, _client.Clock.NowNs, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Where the next run goes on from; null when it has to query all topics.</summary>
    internal async Task<PositionRecord?> PositionAsync(CancellationToken cancellationToken) => (await InboxRestored.ReadAsync(_client, _store, cancellationToken).ConfigureAwait(false)).Position;

    /// <summary>Reads what an earlier run stored.</summary>
    internal async Task LoadAsync(CancellationToken cancellationToken)
    {
        await InboxRestored.LoadAsync(_client, _store, _index, _journal, cancellationToken).ConfigureAwait(false);
        _client.Consent.Decided += entries =>
        {
            foreach (var entry in entries) _decided[entry] = true;
            Raise(Changed, EventArgs.Empty, nameof(Changed));
        };
        await GetOutboxAsync(cancellationToken).ConfigureAwait(false);
        Evaluate();
    }

    internal async ValueTask CloseAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _starting.Dispose();
        _journal.Dispose();
        await _store.DisposeAsync().ConfigureAwait(false);
    }

    private async Task EndAsync()
    {
        if (_outbox is { } outbox) await outbox.DisposeAsync().ConfigureAwait(false);
        if (_sync is { } sync) await sync.DisposeAsync().ConfigureAwait(false);
        (_sync, _outbox) = (null, null);
    }

    private async Task<Outbox> LockedOutboxAsync(CancellationToken cancellationToken)
    {
        _client.ThrowIfDisposed();
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await GetOutboxAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task<Outbox> GetOutboxAsync(CancellationToken cancellationToken)
    {
        if (_outbox is { } outbox) return outbox;
        outbox = new Outbox(_client, _store, _index, _journal, _reader, Delivered, OutboxChanged);
        await outbox.RestoreAsync(cancellationToken).ConfigureAwait(false);
        return _outbox = outbox;
    }

    private InboxConversation Snapshot(InboxEntry entry)
    {
        var state = entry.State;
        return new InboxConversation(
            entry.Conversation,
            _client.Consent.StateOf(entry.Conversation.Peer),
            state.Messages > 0 ? UnixTime.FromNanoseconds(state.LastNs) : null,
            (long)state.Messages,
            (long)state.Unread);
    }

    private void OutboxChanged(Exception? failure)
    {
        _outboxFailure = failure;
        Evaluate();
    }

    private void Delivered(InboxMessage message) => Raise(DeliveryChanged, new DeliveryChangedEventArgs(message), nameof(DeliveryChanged));

    private void Evaluate() => _status.Update(() => Volatile.Read(ref _sync), Volatile.Read(ref _outbox)?.Unsent ?? 0, _outboxFailure, _client.Clock.UtcNow);

    private void Raise(EventHandler? handlers, EventArgs args, string name) => Raise(handlers is null ? null : new EventHandler<EventArgs>(handlers), args, name);

    private void Raise<T>(EventHandler<T>? handlers, T args, string name)
    {
        try
        {
            handlers?.Invoke(this, args);
        }
        catch (Exception failure)
        {
            // The application's handler: its failure is not the inbox's.
            ClientLog.HandlerFailed(_client.Logger, name, failure);
        }
    }
}
