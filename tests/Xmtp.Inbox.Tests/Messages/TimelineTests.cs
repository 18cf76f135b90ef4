using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;
using Xmtp.Client.Messages;
using Xmtp.ContentTypes;
using Xmtp.Inbox.Messages;
using Xmtp.TestSupport;
using AppNetwork = Xmtp.Testing.TestNetwork;

namespace Xmtp.Inbox.Tests.Messages;

/// <summary>What of a conversation is on the screen, without a screen.</summary>
public sealed class TimelineTests : IAsyncLifetime
{
    private const int WindowMax = 160;

    private AppNetwork _network = null!;
    private XmtpClient _ann = null!;
    private XmtpClient _bob = null!;
    private Conversation _toAnn = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _network = await AppNetwork.StartAsync(cancellationToken: Token);
        (_ann, _bob) = (await _network.CreateClientAsync(cancellationToken: Token), await _network.CreateClientAsync(cancellationToken: Token));
        _toAnn = await _bob.Conversations.NewConversationAsync(_ann.Address, cancellationToken: Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _ann.DisposeAsync();
        await _bob.DisposeAsync();
        await _network.DisposeAsync();
    }

    [Fact]
    public async Task ExtendAsync_LongConversation_MovesABoundedWindowToTheBeginningAndBack()
    {
        for (var i = 0; i < 500; i++) await SendAsync($"{i}");
        var timeline = await OpenAsync();
        Assert.Equal("499", Texts(timeline)[^1]);
        while (timeline.HasOlderThanWindow)
        {
            var first = Texts(timeline)[0];
            Assert.True(await timeline.ExtendAsync(toOlder: true));
            Assert.Contains(first, Texts(timeline));
            Assert.InRange(Texts(timeline).Count, 1, WindowMax);
        }

        Assert.Equal("0", Texts(timeline)[0]);
        while (timeline.HasNewerThanWindow) Assert.True(await timeline.ExtendAsync(toOlder: false));
        Assert.Equal(Enumerable.Range(500 - WindowMax, WindowMax).Select(static i => $"{i}"), Texts(timeline));
    }

    [Fact]
    public async Task ExtendAsync_PageOfReceipts_GoesOnToTheMessagesBefore()
    {
        for (var i = 0; i < 5; i++) await SendAsync($"{i}");
        for (var i = 0; i < 300; i++) await SendAsync(new ReadReceipt());
        await SendAsync("newest");
        var timeline = await OpenAsync();
        Assert.Equal(["newest"], Texts(timeline));
        Assert.True(await timeline.ExtendAsync(toOlder: true));
        Assert.Equal(["0", "1", "2", "3", "4", "newest"], Texts(timeline));
        Assert.False(timeline.HasOlderThanWindow);
    }

    [Fact]
    public async Task Add_WhileReadingFurtherUp_LeavesTheWindow()
    {
        for (var i = 0; i < 300; i++) await SendAsync($"{i}");
        var timeline = await OpenAsync();
        while (timeline.HasOlderThanWindow) await timeline.ExtendAsync(toOlder: true);
        timeline.Add(await ArrivedAsync(await SendAsync("new")));
        Assert.Equal("0", Texts(timeline)[0]);
        Assert.DoesNotContain("new", Texts(timeline));
        timeline.ToEnd();
        Assert.Equal("new", Texts(timeline)[^1]);
    }

    [Fact]
    public async Task Add_DuringTheFirstPage_IsShownOnce()
    {
        var first = await SendAsync("first");
        await _ann.Inbox.SyncAsync(Token);
        var timeline = new Timeline(_ann, _ann.Inbox.List()[0].Conversation);
        var loading = timeline.LoadAsync();
        timeline.Add(await ArrivedAsync(first));
        await timeline.ExtendAsync(toOlder: true);
        await loading;
        Assert.Equal(["first"], Texts(timeline));
    }

    [Fact]
    public async Task ShowAsync_MessageFarUp_MovesTheWindowThere()
    {
        var sought = await SendAsync("sought");
        for (var i = 0; i < 400; i++) await SendAsync($"{i}");
        var timeline = await OpenAsync();
        Assert.True(await timeline.ShowAsync(sought));
        Assert.Contains("sought", Texts(timeline));
        Assert.False(await timeline.ShowAsync(new string('0', 64)));
        Assert.False(await timeline.ShowAsync("no id"));
    }

    [Fact]
    public async Task Reactions_AddedAndRemoved_LatestOfEachCounts()
    {
        var id = await SendAsync("gm");
        await SendAsync(new Reaction { Reference = id, Content = "👍", Action = ReactionAction.Added });
        await SendAsync(new Reaction { Reference = id, Content = "🎉", Action = ReactionAction.Added });
        await SendAsync(new Reaction { Reference = id, Content = "👍", Action = ReactionAction.Removed });
        var timeline = await OpenAsync();
        Assert.Equal(["gm"], Texts(timeline));
        Assert.Equal(["🎉"], timeline.Find(id)!.Reactions.Select(static reaction => reaction.Key));
    }

    [Fact]
    public async Task TakeReceiptDue_PeerWrote_IsDueOnce()
    {
        await SendAsync("gm");
        var timeline = await OpenAsync();
        Assert.True(timeline.TakeReceiptDue());
        Assert.False(timeline.TakeReceiptDue());
        timeline.Add(await ArrivedAsync(await SendAsync(new ReadReceipt())));
        Assert.False(timeline.TakeReceiptDue());
        Assert.True(timeline.PeerReadNs > 0);
    }

    private static List<string> Texts(Timeline timeline) => [.. timeline.Window.Select(static item => (string)item.Message.Message.Content!)];

    private async Task<string> SendAsync(object content)
    {
        // Each in a moment of its own, as messages of people are.
        _network.Clock.Advance(TimeSpan.FromMilliseconds(5));
        return (await _toAnn.SendAsync(content, Token)).Id.ToString();
    }

    private async Task<Timeline> OpenAsync()
    {
        await _ann.Inbox.SyncAsync(Token);
        var timeline = new Timeline(_ann, _ann.Inbox.List()[0].Conversation);
        await timeline.LoadAsync();
        return timeline;
    }

    private async Task<InboxMessage> ArrivedAsync(string id)
    {
        InboxMessage? arrived = null;
        await Eventually.TrueAsync(async () => (arrived = await _ann.Inbox.FindMessageAsync(MessageId.Parse(id), Token)) is not null, "the message to arrive");
        return arrived!;
    }
}
