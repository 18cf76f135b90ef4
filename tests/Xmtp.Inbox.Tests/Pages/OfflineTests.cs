using Xmtp.Client.Conversations;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>The node goes away: what is in the browser stays, what is written is sent later.</summary>
public class OfflineTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reload_WithoutNode_ShowsMessagesAndSendsLater()
    {
        await using var world = await InboxWorld.StartAsync();
        var ann = await (await world.OpenAsync()).SignUpAsync();
        var bob = await world.ClientAsync();
        await ann.BeginAsync(bob.Address.ToString());
        await ann.SendAsync("Before");
        await ann.IsKeptAsync();

        await world.Node.StopAtOnceAsync();
        await ann.IsOfflineAsync();
        await ann.Page.ReloadAsync();
        await ann.Page.HasAsync("#own-address");
        Assert.Equal(ann.Account, await ann.Page.TextAsync("#own-address"));
        await ann.ChooseAsync("inbox", bob.Address.ToString());
        await ann.ShowsAsync("Before");
        await ann.SendAsync("Written without a node");
        await ann.Page.HasAsync(".message[data-delivery=Queued]");

        await world.Node.StartAgainAsync(Cancellation);
        await ann.IsLiveAsync();
        await ann.Page.ShowsAsync("!document.querySelector('.message[data-delivery=Queued]')");
        Assert.Equal(["Before", "Written without a node"], await TextsAsync(bob));
    }

    [Fact]
    public async Task Node_FirstOneDies_PageGoesOnWithAnother()
    {
        await using var world = await InboxWorld.StartAsync(nodes: 2);
        var ann = await (await world.OpenAsync()).SignUpAsync();
        var bob = await world.ClientAsync(world.Mesh.Nodes[1]);
        await ann.BeginAsync(bob.Address.ToString());
        await ann.SendAsync("By the first node");
        await world.Mesh.SettledAsync();
        var conversation = (await bob.Conversations.ListAsync(cancellationToken: Cancellation)).Single();

        await world.Node.StopAtOnceAsync();
        await conversation.SendAsync("By the second node", Cancellation);
        await ann.ShowsAsync("By the second node");
        await ann.IsLiveAsync();
        await ann.SendAsync("Heard");
        await ann.Page.HasAsync(".message[data-delivery=Sent]:last-child");

        // Another node by the user's own choice.
        await world.Node.StartAgainAsync(Cancellation);
        await ann.Page.PressAsync("#settings");
        await ann.Page.WriteAsync("#nodes", world.Mesh.Nodes[1].HttpAddress.Authority);
        await ann.Page.PressAsync("#save-settings");
        await ann.IsOpenAsync();
        await ann.Page.PressAsync("#developer");
        await ann.Page.HasTextAsync(".developer dd", world.Mesh.Nodes[1].HttpAddress.Authority);
        await world.Mesh.SettledAsync();
        await ann.ChooseAsync("inbox", bob.Address.ToString());
        await ann.ShowsAsync("By the second node");
        Assert.Equal(1, await ann.CountAsync("By the second node"));
    }

    [Fact]
    public async Task Open_InASecondTab_IsRefusedUntilTheFirstCloses()
    {
        await using var world = await InboxWorld.StartAsync();
        var browser = await world.BrowserAsync();
        var first = await (await InboxPage.OpenAsync(browser, world.Node.HttpAddress)).SignUpAsync();
        var second = await InboxPage.OpenAsync(browser, world.Node.HttpAddress);
        await second.Page.HasTextAsync("[role=alert]", "open in another tab");

        await first.Page.GoAsync(new Uri("about:blank"));
        await second.Page.PressAsync(".accounts .account");
        await second.IsOpenAsync();
        Assert.Equal(first.Account, second.Account);
    }

    private static async Task<List<string>> TextsAsync(Client.XmtpClient client)
    {
        var conversation = (await client.Conversations.ListAsync(cancellationToken: Cancellation)).Single();
        var texts = new List<string>();
        await foreach (var message in conversation.ListMessagesAsync(new ListMessagesOptions(), Cancellation)) texts.Add((string)message.Content!);
        return texts;
    }
}
