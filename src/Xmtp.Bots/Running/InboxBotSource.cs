using System.Runtime.CompilerServices;
using Xmtp.Client;
using Xmtp.Client.Inboxes;

namespace Xmtp.Bots.Running;

/// <summary>
/// What comes to an account's local store, also while the bot was down: it goes on after the last message before which all were
/// handled. One that was being handled when the process ended comes again. Without a durable store it is what arrives live.
/// </summary>
internal sealed class InboxBotSource : IBotSource, IDisposable
{
    private const string Reader = "xmtp bot";

    private readonly LiveBotSource _live = new();
    private readonly SortedSet<InboxCursor> _unhandled = [];
    private readonly SemaphoreSlim _saving = new(1, 1);
    private readonly Lock _gate = new();
    private Inbox? _inbox;
    private InboxCursor _read;
    private InboxCursor _saved;

    public async IAsyncEnumerable<BotEvent> ReadMessagesAsync(XmtpClient client, Action opened, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!client.Inbox.IsDurable)
        {
            await foreach (var live in _live.ReadMessagesAsync(client, opened, cancellationToken).ConfigureAwait(false)) yield return live;
            yield break;
        }

        var cursor = await BeginAsync(client.Inbox, cancellationToken).ConfigureAwait(false);
        opened();
        await foreach (var message in client.Inbox.StreamMessages(cursor, cancellationToken).ConfigureAwait(false))
        {
            lock (_gate)
            {
                _unhandled.Add(message.Cursor);
                _read = message.Cursor;
            }

            yield return new BotEvent(message.Message.Conversation, message.Message, message.Cursor);
        }
    }

    public IAsyncEnumerable<BotEvent> ReadConversationsAsync(XmtpClient client, CancellationToken cancellationToken) => _live.ReadConversationsAsync(client, cancellationToken);

    public async Task HandledAsync(BotEvent work)
    {
        if (work.Cursor is not { } cursor || _inbox is not { } inbox) return;
        lock (_gate) _unhandled.Remove(cursor);
        await _saving.WaitAsync().ConfigureAwait(false);
        try
        {
            // Of several that wait here the first saves for all.
            InboxCursor done;
            lock (_gate) done = _unhandled.Count == 0 ? _read : new InboxCursor(_unhandled.Min.Value - 1);
            if (done <= _saved) return;
            await inbox.SaveCursorAsync(Reader, done).ConfigureAwait(false);
            _saved = done;
        }
        finally
        {
            _saving.Release();
        }
    }

    public void Dispose() => _saving.Dispose();

    private async Task<InboxCursor> BeginAsync(Inbox inbox, CancellationToken cancellationToken)
    {
        await inbox.StartAsync(cancellationToken).ConfigureAwait(false);
        if (await inbox.ReadCursorAsync(Reader, cancellationToken).ConfigureAwait(false) is not { } cursor)
        {
            // Before its first start nobody expected an answer from it.
            await inbox.SyncAsync(cancellationToken).ConfigureAwait(false);
            cursor = inbox.End;
            await inbox.SaveCursorAsync(Reader, cursor, cancellationToken).ConfigureAwait(false);
        }

        lock (_gate)
        {
            _unhandled.Clear();
            _read = cursor;
        }

        (_inbox, _saved) = (inbox, cursor);
        return cursor;
    }
}
