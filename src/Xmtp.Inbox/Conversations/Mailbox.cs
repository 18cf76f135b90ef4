using Xmtp.Client;
using Xmtp.Client.Consent;
using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;
using Xmtp.Client.Storage;
using Xmtp.Cryptography;
using Xmtp.Inbox.Accounts;
using Xmtp.Inbox.Browser;
using Xmtp.Inbox.Developer;
using Xmtp.Inbox.Messages;
using Xmtp.Inbox.Settings;
using Xmtp.Inbox.Shared;

namespace Xmtp.Inbox.Conversations;

/// <summary>One open account: its conversations as the screen shows them, and the one that is being read.</summary>
public sealed class Mailbox : IAsyncDisposable
{
    // A burst of messages is one change on the screen.
    private static readonly TimeSpan ChangeDelay = TimeSpan.FromMilliseconds(60);

    private readonly IClientStore _store;
    private readonly PageScripts _page;
    private readonly InboxSettings _settings;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private readonly Dictionary<Conversation, (DateTimeOffset? At, InboxMessage? Message)> _previews = [];
    private readonly Dictionary<Conversation, string> _drafts = [];
    private bool _isChangeDue;
    private Task? _following;

    public Mailbox(XmtpClient client, IClientStore store, KnownAccount account, EventLog log, PageScripts page, InboxSettings settings, TimeProvider time)
    {
        (Client, _store, Account, Log, _page, _settings, _time) = (client, store, account, log, page, settings, time);
        Refresh();
    }

    public XmtpClient Client { get; }

    public KnownAccount Account { get; }

    public EventLog Log { get; }

    /// <summary>Conversations with peers that the user wants to hear from.</summary>
    public IReadOnlyList<InboxConversation> Allowed { get; private set; } = [];

    /// <summary>Conversations with peers about whom nothing was decided.</summary>
    public IReadOnlyList<InboxConversation> Requests { get; private set; } = [];

    /// <summary>Conversations with blocked peers.</summary>
    public IReadOnlyList<InboxConversation> Blocked { get; private set; } = [];

    public InboxState State => Client.Inbox.State;

    /// <summary>The conversation that is open.</summary>
    public Timeline? Open { get; private set; }

    /// <summary>Lists, states or the open conversation changed; several changes within a moment come as one.</summary>
    public event Action? Changed;

    /// <summary>Begins to sync and to follow what arrives.</summary>
    public async Task StartAsync()
    {
        Client.Inbox.Changed += OnChanged;
        Client.Inbox.StateChanged += OnChanged;
        Client.Inbox.DeliveryChanged += OnDelivery;
        Log.Changed += ScheduleChange;
        _following = FollowAsync(Client.Inbox.End);
        await Client.Inbox.StartAsync();
    }

    /// <summary>Opens a conversation for reading.</summary>
    public async Task OpenAsync(Conversation conversation)
    {
        if (Open?.Conversation == conversation) return;
        var timeline = new Timeline(Client, conversation);
        Open = timeline;
        await timeline.LoadAsync();
        await ReadAsync();
        ScheduleChange();
    }

    public void Close()
    {
        Open = null;
        ScheduleChange();
    }

    /// <summary>The conversation with an account, begun if there is none.</summary>
    public async Task<Conversation> ConversationWithAsync(EthereumAddress peer) =>
        Client.Inbox.List().FirstOrDefault(item => item.Conversation.Peer == peer && item.Conversation.ConversationId is null)?.Conversation
            ?? await Client.Conversations.NewConversationAsync(peer);

    public InboxConversation? Find(Conversation conversation) => Client.Inbox.Find(conversation);

    public ConsentState ConsentOf(Conversation conversation) => Client.Consent.StateOf(conversation.Peer);

    public async Task AllowAsync(Conversation conversation)
    {
        await Client.Consent.AllowAsync(conversation.Peer);
        await ReadAsync();
        ScheduleChange();
    }

    public async Task BlockAsync(Conversation conversation)
    {
        await Client.Consent.DenyAsync(conversation.Peer);
        ScheduleChange();
    }

    /// <summary>Stores and sends a message.</summary>
    public async Task SendAsync<T>(Conversation conversation, T content)
        where T : notnull
    {
        await Client.Inbox.SendAsync(conversation, content);
        ScheduleChange();
    }

    /// <summary>The newest message that says something, for the list; null when there is none.</summary>
    public async ValueTask<InboxMessage?> PreviewAsync(InboxConversation item)
    {
        if (_previews.TryGetValue(item.Conversation, out var known) && known.At == item.LastMessageAt) return known.Message;
        InboxMessage? found = null;
        var newest = new ListMessagesOptions { NewestFirst = true, Limit = 8 };
        await foreach (var message in Client.Inbox.ReadMessagesAsync(item.Conversation, newest, _closing.Token))
        {
            if (!MessageTexts.IsShown(message.Message)) continue;
            found = message;
            break;
        }

        _previews[item.Conversation] = (item.LastMessageAt, found);
        return found;
    }

    /// <summary>What the user has begun to write in a conversation.</summary>
    public string DraftOf(Conversation conversation) => _drafts.GetValueOrDefault(conversation, "");

    public void KeepDraft(Conversation conversation, string text) => _drafts[conversation] = text;

    /// <summary>The open conversation is in front: what is there counts as read, here and, if the user wants that, for the peer.</summary>
    public async Task ReadAsync()
    {
        if (Open is not { } timeline || await _page.IsHiddenAsync()) return;
        if (Find(timeline.Conversation) is { Unread: > 0 }) await Client.Inbox.MarkReadAsync(timeline.Conversation);

        // A request is not answered by looking at it, and what comes after a time away is answered once, when all of it is here.
        if (_settings.Current.SendReadReceipts && State.Phase == InboxPhase.Live && ConsentOf(timeline.Conversation) == ConsentState.Allowed && timeline.TakeReceiptDue()) await SendAsync(timeline.Conversation, new ContentTypes.ReadReceipt());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Inbox.Changed -= OnChanged;
        Client.Inbox.StateChanged -= OnChanged;
        Client.Inbox.DeliveryChanged -= OnDelivery;
        Log.Changed -= ScheduleChange;
        await _closing.CancelAsync();
        if (_following is not null) await _following;
        await Client.DisposeAsync();
        await _store.DisposeAsync();
        _closing.Dispose();
    }

    private async Task FollowAsync(InboxCursor after)
    {
        try
        {
            await foreach (var message in Client.Inbox.StreamMessages(after, _closing.Token))
            {
                if (Open is { } timeline && timeline.Conversation == message.Message.Conversation) timeline.Add(message);
                ScheduleChange();
                if (message.Delivery == DeliveryState.Received && !message.Message.IsFromSelf) await TryAsync(() => NotifyAsync(message));
            }
        }
        catch (OperationCanceledException)
        {
            // The account was closed.
        }
    }

    private async Task NotifyAsync(InboxMessage arrived)
    {
        var message = arrived.Message;
        if (!_settings.Current.Notify || State.Phase != InboxPhase.Live || !MessageTexts.IsShown(message) || ConsentOf(message.Conversation) != ConsentState.Allowed || !await _page.IsHiddenAsync()) return;
        await _page.NotifyAsync(Peers.Brief(message.Sender), MessageTexts.Line(message), message.Conversation.Topic.ToString());
    }

    private void OnChanged(object? sender, EventArgs args) => ScheduleChange();

    private void OnDelivery(object? sender, DeliveryChangedEventArgs args)
    {
        if (Open is { } timeline && timeline.Conversation == args.Message.Message.Conversation) timeline.Replace(args.Message);
        ScheduleChange();
    }

    private void ScheduleChange()
    {
        if (_isChangeDue) return;
        _isChangeDue = true;
        _ = ChangeSoonAsync();
    }

    private async Task ChangeSoonAsync()
    {
        try
        {
            await Task.Delay(ChangeDelay, _time, _closing.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        finally
        {
            _isChangeDue = false;
        }

        Refresh();
        Changed?.Invoke();
        await TryAsync(ReadAsync);
    }

    // A receipt or a notification less; messages go on.
    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception) when (_closing.IsCancellationRequested)
        {
            // The account was closed meanwhile.
        }
        catch (Exception failure) when (Failures.IsExpected(failure))
        {
            Log.Add(LogLevel.Warning, Failures.Describe(failure));
        }
    }

    private void Refresh()
    {
        var all = Client.Inbox.List();
        Allowed = [.. all.Where(static item => item.Consent == ConsentState.Allowed)];
        Requests = [.. all.Where(static item => item.Consent == ConsentState.Unknown)];
        Blocked = [.. all.Where(static item => item.Consent == ConsentState.Denied)];
    }
}
