using Google.Protobuf;
using Xmtp.Client.Conversations;
using Xmtp.Client.Messages;
using Xmtp.Client.Storage;
using Xmtp.Client.Storage.Records;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Inboxes;

/// <summary>
/// Everything that changes the store, one commit at a time. What is in memory changes after the commit, so that nobody sees what
/// a crash could take back. Each message has one row in its conversation, one that finds it by id, and one in the order of arrival.
/// </summary>
internal sealed class InboxJournal(LocalStore store, InboxIndex index, Action changed) : IDisposable
{
    private readonly SemaphoreSlim _committing = new(1, 1);
    private readonly Lock _gate = new();
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _outboxEnd;

    private SealedStore Rows => store.Rows;

    /// <summary>The cursor of the last message.</summary>
    public ulong End { get; private set; }

    /// <summary>Takes over where an earlier run stopped.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (await Rows.ReadAsync(RowKeys.LastArrival(), ArrivalRecord.Parser, cancellationToken).ConfigureAwait(false) is [var arrival]) End = RowKeys.NumberOf(arrival.Key.Span);
        if (await Rows.ReadAsync(RowKeys.LastOutbox(), OutboxRecord.Parser, cancellationToken).ConfigureAwait(false) is [var queued]) _outboxEnd = RowKeys.NumberOf(queued.Key.Span);
    }

    /// <summary>Completes when there is a message after a cursor.</summary>
    public Task GrownBeyond(ulong cursor)
    {
        lock (_gate) return End > cursor ? Task.CompletedTask : _grown.Task;
    }

    /// <summary>What a conversation is called in keys.</summary>
    public byte[] NameOf(Conversation conversation) => Rows.Blind($"{conversation.Topic}\n{conversation.Peer}");

    /// <summary>Stores conversations that are new.</summary>
    public async Task AddAsync(IReadOnlyCollection<Conversation> conversations, CancellationToken cancellationToken)
    {
        await _committing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var ordinal = index.LastOrdinal;
            InboxEntry[] entries = [.. conversations.Where(conversation => !index.TryGet(conversation, out _)).Select(conversation => new InboxEntry(conversation, NameOf(conversation), ++ordinal))];
            await Rows.CommitAsync([.. entries.Select(entry => Rows.Put(RowKeys.Conversation(entry.Name), ConversationRecords.Of(entry)))], cancellationToken).ConfigureAwait(false);
            foreach (var entry in entries) index.Add(entry);
            if (entries.Length > 0) changed();
        }
        finally
        {
            _committing.Release();
        }
    }

    /// <summary>Stores messages that are not there yet, in their order, together with other changes.</summary>
    /// <param name="messages">The messages; their conversations are in the store.</param>
    /// <param name="delivery">What became of them.</param>
    /// <param name="topics">Conversations whose topic was read to its end.</param>
    /// <param name="nowNs">The clock: a sender whose own is ahead must not move marks beyond it.</param>
    /// <param name="others">Further changes.</param>
    /// <param name="cancellationToken">Ends the call before the commit.</param>
    public async Task AddAsync(
        IReadOnlyList<DecodedMessage> messages, DeliveryState delivery, IEnumerable<InboxEntry> topics, ulong nowNs, List<StoreChange> others, CancellationToken cancellationToken)
    {
        await _committing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var states = new Dictionary<InboxEntry, ConversationStateRecord>();
            foreach (var read in topics) StateOf(read).Topic.IsRead = true;
            var end = End;
            var ids = messages.Select(message => (ReadOnlyMemory<byte>)RowKeys.Place(NameOf(message.Id))).ToArray();
            var known = ids.Length == 0 ? [] : await Rows.ContainsAsync(ids, cancellationToken).ConfigureAwait(false);
            var added = new HashSet<MessageId>();
            for (var i = 0; i < known.Length; i++)
            {
                var message = messages[i];
                if (known[i] || !added.Add(message.Id) || !index.TryGet(message.Conversation, out var entry)) continue;
                var state = StateOf(entry);
                state.Topic.SeenNs = Math.Max(state.Topic.SeenNs, Math.Min(message.SentNs, nowNs));
                Count(state, message);
                others.AddRange(RowsOf(message, entry, ++end, delivery));
            }

            others.AddRange(states.Select(changed => Rows.Put(RowKeys.State(changed.Key.Name), changed.Value)));
            if (others.Count == 0) return;
            await Rows.CommitAsync(others, cancellationToken).ConfigureAwait(false);
            foreach (var (entry, state) in states) entry.State = state;
            Grow(end);
            if (states.Count > 0) changed();

            ConversationStateRecord StateOf(InboxEntry entry)
            {
                if (states.TryGetValue(entry, out var state)) return state;
                state = entry.State.Clone();
                state.CreatedNs = entry.Conversation.CreatedNs;
                return states[entry] = state;
            }
        }
        finally
        {
            _committing.Release();
        }
    }

    /// <summary>The number for the next row of the outbox.</summary>
    public ulong NextOutboxNumber() => Interlocked.Increment(ref _outboxEnd);

    /// <summary>Changes what became of a message, together with other changes.</summary>
    /// <returns>The message's row; null when it is not there any more.</returns>
    public async Task<MessageRecord?> SetDeliveryAsync(InboxEntry entry, MessageId id, DeliveryState delivery, ErrorCode? refusal, StoreChange[] others, CancellationToken cancellationToken)
    {
        await _committing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var name = NameOf(id);
            if (await Rows.FindAsync(RowKeys.Place(name), PlaceRecord.Parser, cancellationToken).ConfigureAwait(false) is not { } place) return null;
            var key = RowKeys.Message(entry.Name, place.SentNs, name);
            if (await Rows.FindAsync(key, MessageRecord.Parser, cancellationToken).ConfigureAwait(false) is not { } record) return null;
            (record.Delivery, record.Failure) = ((uint)delivery, refusal?.Id ?? string.Empty);
            await Rows.CommitAsync([Rows.Put(key, record), .. others], cancellationToken).ConfigureAwait(false);
            return record;
        }
        finally
        {
            _committing.Release();
        }
    }

    /// <summary>Removes a message that was never sent. Its place in the order of arrival stays, so that no later message gets a cursor that a reader has passed.</summary>
    public async Task RemoveAsync(InboxEntry entry, MessageRecord record, StoreChange[] others, CancellationToken cancellationToken)
    {
        await _committing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var name = NameOf(new MessageId(record.Id.Span));
            var state = entry.State.Clone();
            state.Messages--;
            await Rows.CommitAsync(
                [
                    SealedStore.Remove(RowKeys.Message(entry.Name, record.SentNs, name)),
                    SealedStore.Remove(RowKeys.Place(name)),
                    Rows.Put(RowKeys.State(entry.Name), state),
                    .. others,
                ],
                cancellationToken).ConfigureAwait(false);
            entry.State = state;
            changed();
        }
        finally
        {
            _committing.Release();
        }
    }

    /// <summary>Everything in a conversation so far was read.</summary>
    public async Task MarkReadAsync(InboxEntry entry, ulong nowNs, CancellationToken cancellationToken)
    {
        await _committing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (entry.State.Unread == 0) return;
            var state = entry.State.Clone();

            // A message from the future must not make read what is yet to come.
            (state.Unread, state.ReadNs) = (0, Math.Max(state.ReadNs, Math.Min(state.LastNs, nowNs)));
            await Rows.CommitAsync([Rows.Put(RowKeys.State(entry.Name), state)], cancellationToken).ConfigureAwait(false);
            entry.State = state;
            changed();
        }
        finally
        {
            _committing.Release();
        }
    }

    /// <summary>What a message is called in keys.</summary>
    public byte[] NameOf(MessageId id)
    {
        Span<byte> bytes = stackalloc byte[MessageId.Length];
        id.CopyTo(bytes);
        var name = new byte[SealedStore.NameLength];
        Rows.Blind(bytes, name);
        return name;
    }

    public void Dispose() => _committing.Dispose();

    private static void Count(ConversationStateRecord state, DecodedMessage message)
    {
        state.Messages++;
        if (!message.IsFromSelf && message.SentNs > state.ReadNs) state.Unread++;
        state.LastNs = Math.Max(state.LastNs, message.SentNs);
    }

    private IEnumerable<StoreChange> RowsOf(DecodedMessage message, InboxEntry entry, ulong arrival, DeliveryState delivery)
    {
        var name = NameOf(message.Id);
        var id = new byte[MessageId.Length];
        message.Id.CopyTo(id);
        yield return Rows.Put(RowKeys.Message(entry.Name, message.SentNs, name), new MessageRecord
        {
            Id = UnsafeByteOperations.UnsafeWrap(id),
            Sender = UnsafeByteOperations.UnsafeWrap(message.Sender.ToArray()),
            SentNs = message.SentNs,
            Payload = message.Encoded.ToByteString(),
            Arrival = arrival,
            Delivery = (uint)delivery,
        });
        yield return Rows.Put(RowKeys.Place(name), new PlaceRecord { Conversation = UnsafeByteOperations.UnsafeWrap(entry.Name), SentNs = message.SentNs });
        yield return Rows.Put(RowKeys.Arrival(arrival), new ArrivalRecord { Id = UnsafeByteOperations.UnsafeWrap(name) });
    }

    private void Grow(ulong end)
    {
        TaskCompletionSource grown;
        lock (_gate)
        {
            if (end == End) return;
            End = end;
            grown = _grown;
            _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        grown.TrySetResult();
    }
}
