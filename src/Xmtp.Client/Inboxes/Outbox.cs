using Google.Protobuf;
using Xmtp.Client.Conversations;
using Xmtp.Client.Messages;
using Xmtp.Client.Storage;
using Xmtp.Client.Storage.Records;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Inboxes;

/// <summary>
/// Messages on their way out. They are sealed when they are queued, with their final id and time, and stored with the message in one
/// commit; so however often they are published, after a lost answer or a restart, the network takes each once. They go one
/// after the other, in the order in which they were queued.
/// </summary>
internal sealed class Outbox(ClientContext client, LocalStore store, InboxIndex index, InboxJournal journal, InboxReader reader, Action<InboxMessage> delivered, Action<Exception?> changed)
    : IAsyncDisposable
{
    private const int PageSize = 32;

    private readonly SemaphoreSlim _queued = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _changing = new(1, 1);
    private Task _sending = Task.CompletedTask;
    private int _unsent;

    private SealedStore Rows => store.Rows;

    /// <summary>How many messages wait.</summary>
    public int Unsent => Volatile.Read(ref _unsent);

    /// <summary>Counts what an earlier run left.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        var left = await store.Rows.ReadAllAsync(static (after, limit) => RowKeys.Outbox(after.Span, limit), OutboxRecord.Parser, static (key, record) => (Key: key, Value: record), cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _unsent, left.Count);
    }

    /// <summary>Begins to send, in the background.</summary>
    public void Start() => _sending = Task.Run(() => SendAllAsync(_stop.Token));

    /// <summary>Queues a message. It is on the disk when the call returns.</summary>
    public async Task<InboxMessage> AddAsync(InboxEntry entry, PreparedMessage prepared, CancellationToken cancellationToken)
    {
        var number = journal.NextOutboxNumber();
        var id = new byte[MessageId.Length];
        prepared.Id.CopyTo(id);
        var record = new OutboxRecord { Conversation = UnsafeByteOperations.UnsafeWrap(entry.Name), Id = UnsafeByteOperations.UnsafeWrap(id), Envelopes = { prepared.Envelopes } };
        await journal.AddAsync([prepared.Message], DeliveryState.Queued, [], client.Clock.NowNs, [Rows.Put(RowKeys.Outbox(number), record)], cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _unsent);
        _queued.Release();
        changed(null);
        return await FindAsync(prepared.Id, cancellationToken).ConfigureAwait(false) ?? throw new XmtpException(ErrorCatalogue.StorageFailed, "the store lost a message that it had confirmed");
    }

    /// <summary>Queues a refused message again.</summary>
    /// <returns>False when it is not refused.</returns>
    public async Task<bool> RetryAsync(MessageId id, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var refused = RowKeys.Refused(journal.NameOf(id));
            if (await Rows.FindAsync(refused, OutboxRecord.Parser, cancellationToken).ConfigureAwait(false) is not { } record) return false;
            if (index.Find(record.Conversation.Span) is not { } entry) return false;
            var changes = new[] { Rows.Put(RowKeys.Outbox(journal.NextOutboxNumber()), record), SealedStore.Remove(refused) };
            if (await journal.SetDeliveryAsync(entry, id, DeliveryState.Queued, null, changes, cancellationToken).ConfigureAwait(false) is not { } message) return false;
            Interlocked.Increment(ref _unsent);
            delivered(reader.Open(entry, message));
        }
        finally
        {
            _changing.Release();
        }

        _queued.Release();
        changed(null);
        return true;
    }

    /// <summary>Forgets a refused message.</summary>
    /// <returns>False when it is not refused.</returns>
    public async Task<bool> DiscardAsync(MessageId id, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var refused = RowKeys.Refused(journal.NameOf(id));
            if (await Rows.FindAsync(refused, OutboxRecord.Parser, cancellationToken).ConfigureAwait(false) is null) return false;
            if (await reader.FindAsync(id, cancellationToken).ConfigureAwait(false) is not var (entry, record)) return false;
            await journal.RemoveAsync(entry, record, [SealedStore.Remove(refused)], cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Ends sending. What waits stays in the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _queued.Dispose();
        _changing.Dispose();
        _stop.Dispose();
    }

    private async Task SendAllAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; ;)
        {
            if (await TrySendPageAsync(cancellationToken).ConfigureAwait(false) is not { } failure)
            {
                attempt = 0;
                continue;
            }

            var delay = client.Connection.Retries.DelayAfter(failure, attempt++);
            ClientLog.OutboxWaits(client.Logger, Unsent, delay.TotalMilliseconds, failure.Code);
            changed(failure);
            await Task.Delay(delay, client.Streams.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends what waits, or waits for something to send.</summary>
    /// <returns>Why it has to be tried again; null when all went well.</returns>
    private async Task<XmtpException?> TrySendPageAsync(CancellationToken cancellationToken)
    {
        try
        {
            var rows = await Rows.ReadAsync(RowKeys.Outbox([], PageSize), OutboxRecord.Parser, cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0) await _queued.WaitAsync(cancellationToken).ConfigureAwait(false);
            foreach (var (key, record) in rows)
                if (await TrySendAsync(key.ToArray(), record, cancellationToken).ConfigureAwait(false) is { } failure) return failure;
            return null;
        }
        catch (XmtpException failure)
        {
            // The store: what waits is on it, and goes out when it can be read again.
            return failure;
        }
    }

    /// <returns>Why it has to be tried again; null when that is settled.</returns>
    private async Task<XmtpException?> TrySendAsync(byte[] key, OutboxRecord record, CancellationToken cancellationToken)
    {
        var (delivery, refusal) = (DeliveryState.Sent, default(ErrorCode));
        try
        {
            await client.Publisher.PublishAsync(record.Envelopes, cancellationToken).ConfigureAwait(false);
        }
        catch (XmtpException failure) when (failure.Code == ErrorCatalogue.AcknowledgementNotReached || failure.Code == ErrorCatalogue.AcknowledgementUnknown)
        {
            // It is stored, if less safely than was asked for.
            ClientLog.OutboxLessSafe(client.Logger, failure.Code);
        }
        catch (XmtpException failure) when (failure.IsRetryable)
        {
            return failure;
        }
        catch (XmtpException failure)
        {
            ClientLog.OutboxRefused(client.Logger, failure.Code);
            (delivery, refusal) = (DeliveryState.Refused, failure.Code);
        }

        await SettleAsync(key, record, delivery, refusal, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async Task SettleAsync(byte[] key, OutboxRecord record, DeliveryState delivery, ErrorCode? refusal, CancellationToken cancellationToken)
    {
        var id = new MessageId(record.Id.Span);
        var removed = SealedStore.Remove(key);
        StoreChange[] changes = delivery == DeliveryState.Refused ? [removed, Rows.Put(RowKeys.Refused(journal.NameOf(id)), record)] : [removed];
        var entry = index.Find(record.Conversation.Span);
        var message = entry is null ? null : await journal.SetDeliveryAsync(entry, id, delivery, refusal, changes, cancellationToken).ConfigureAwait(false);
        if (message is null) await Rows.CommitAsync(changes, cancellationToken).ConfigureAwait(false);
        Interlocked.Decrement(ref _unsent);
        changed(null);
        if (entry is null || message is null) return;
        delivered(reader.Open(entry, message));
        if (delivery != DeliveryState.Sent) return;
        entry.Conversation.Wire.Sent();
        await client.Consent.AllowImplicitlyAsync(entry.Conversation.Peer, evenIfDenied: false, cancellationToken).ConfigureAwait(false);
    }

    private async Task<InboxMessage?> FindAsync(MessageId id, CancellationToken cancellationToken) =>
        await reader.FindAsync(id, cancellationToken).ConfigureAwait(false) is var (entry, record) ? reader.Open(entry, record) : null;
}
