using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;
using Xmtp.Inbox.Accounts;

namespace Xmtp.Inbox.Conversations;

/// <summary>The open account: conversations at the left, the one being read at the right; on a narrow screen one of the two.</summary>
public sealed partial class MailboxView
{
    private DotNetObjectReference<MailboxView>? _self;
    private Folder _folder;
    private Pane _dialog;
    private string _words = "";
    private string? _shownMessage;
    private string? _wantedPeer;
    private string _title = "";
    private bool _isDeveloper;

    private enum Folder
    {
        Inbox,
        Requests,
        Blocked,
    }

    private enum Pane
    {
        None,
        Account,
        Settings,
        NewConversation,
    }

    /// <summary>The account.</summary>
    [Parameter, EditorRequired]
    public required Mailbox Mailbox { get; set; }

    /// <summary>An account that the page's address names, to be written to.</summary>
    [Parameter]
    public string? Peer { get; set; }

    /// <summary>The user closes the account.</summary>
    [Parameter]
    public EventCallback OnLeave { get; set; }

    /// <summary>The account, or another one, is to be opened anew.</summary>
    [Parameter]
    public EventCallback<KnownAccount> OnReopen { get; set; }

    private bool IsLive => Mailbox.State.Phase == InboxPhase.Live;

    private string StateText => Mailbox.State switch
    {
        { Phase: InboxPhase.Live, Unsent: 0 } => "Live",
        { Phase: InboxPhase.Live, Unsent: var unsent } => $"Live, sending {unsent}",
        { Phase: InboxPhase.CatchingUp } => "Fetching messages …",
        { Phase: InboxPhase.Connecting } => "Connecting …",
        { Phase: InboxPhase.Offline, Unsent: 0 } => "Offline",
        { Phase: InboxPhase.Offline, Unsent: var unsent } => $"Offline, {unsent} to send",
        _ => "Stopped",
    };

    private (Folder Folder, string Title, IReadOnlyList<InboxConversation> Items)[] Folders =>
        [(Folder.Inbox, "Inbox", Mailbox.Allowed), (Folder.Requests, "Requests", Mailbox.Requests), (Folder.Blocked, "Blocked", Mailbox.Blocked)];

    private IReadOnlyList<InboxConversation> Shown => Folders[(int)_folder].Items;

    private string EmptyText => _folder switch
    {
        Folder.Inbox => "No conversations yet. Begin one with the plus above, or give somebody your address.",
        Folder.Requests => "Nobody unknown has written.",
        _ => "Nobody is blocked.",
    };

    /// <summary>A key was pressed that means something everywhere.</summary>
    [JSInvokable]
    public async Task OnKeyAsync(string key)
    {
        switch (key)
        {
            case "/":
                await Page.FocusAsync("search");
                return;
            case "n":
                _dialog = Pane.NewConversation;
                break;
            default:
                if (_words.Length > 0) _words = "";
                else Mailbox.Close();
                break;
        }

        StateHasChanged();
    }

    /// <summary>The page came to the front, or went behind.</summary>
    [JSInvokable]
    public Task OnVisibilityAsync(bool isVisible) => isVisible ? Mailbox.ReadAsync() : Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Mailbox.Changed -= OnChanged;
        _self?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => Mailbox.Changed += OnChanged;

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (Peer is null || Peer == _wantedPeer) return;
        (_wantedPeer, _dialog) = (Peer, Pane.NewConversation);
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            await Page.ListenAsync(_self);
        }

        var unread = Mailbox.Allowed.Count(static item => item.Unread > 0);
        var title = unread > 0 ? $"({unread}) XMTP inbox" : "XMTP inbox";
        if (title == _title) return;
        _title = title;
        await Page.SetTitleAsync(title);
    }

    private void OnChanged() => InvokeAsync(StateHasChanged);

    private Task SkipAsync() => Page.FocusAsync("composer");

    private void CloseDialog() => (_dialog, _wantedPeer) = (Pane.None, Peer);

    private async Task OpenAsync(Conversation conversation)
    {
        CloseDialog();
        _shownMessage = null;
        await Mailbox.OpenAsync(conversation);
        await Page.FocusAsync("composer");
    }

    private async Task OpenFoundAsync(InboxMessage message)
    {
        _shownMessage = message.Message.Id.ToString();
        await Mailbox.OpenAsync(message.Message.Conversation);
    }
}
