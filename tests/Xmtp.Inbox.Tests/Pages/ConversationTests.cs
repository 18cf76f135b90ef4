using Xmtp.Interop.JavaScript;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>People at two browsers, and one with the published JavaScript client, write to each other.</summary>
public class ConversationTests
{
    [Fact]
    public async Task Inbox_TwoBrowsersAndJavaScript_Converse()
    {
        JavaScriptPackages.Require();
        await using var world = await InboxWorld.StartAsync();
        var ann = await (await world.OpenAsync()).SignUpAsync();
        var bob = await (await world.OpenAsync()).SignUpAsync();
        await using var carl = await JsClient.CreateAsync(JsRelease.V13, new NodeEndpoint(world.Node.HttpAddress.ToString().TrimEnd('/'), world.Node.GrpcAddress.Authority));

        // An unknown sender is a request until the user decides.
        await ann.BeginAsync(bob.Account);
        await ann.SendAsync("Hello Bob");
        await bob.Page.HasTextAsync("#folder-requests", "1");
        await bob.ChooseAsync("requests", ann.Account);
        await bob.ShowsAsync("Hello Bob");
        Assert.Equal(0, await ann.Page.NumberAsync("document.querySelectorAll('.read').length"));
        await bob.Page.PressAsync("#allow");
        await ann.Page.HasTextAsync(".message.own .read", "Read");

        // Answers, reactions, Markdown that would rather be a program.
        await bob.AtMessageAsync("Hello Bob", "[aria-label=Reply]");
        await bob.SendAsync("Hello Ann");
        await ann.Page.HasTextAsync(".quote", "Hello Bob");
        await ann.AtMessageAsync("Hello Ann", "[aria-label=React]");
        await ann.AtMessageAsync("Hello Ann", ".choice button");
        await bob.Page.HasTextAsync(".reactions", "👍");
        await ann.AtMessageAsync("Hello Ann", ".reactions button");
        await bob.Page.ShowsAsync("!document.querySelector('.reactions')");
        await bob.Page.ClickAsync("#markdown");
        await bob.SendAsync("**bold** <img src=x onerror=alert(1)> [bad](javascript:alert(1)) ![spy](https://example.org/pixel.png)", shown: "bold <img src=x onerror=alert(1)> bad spy");
        await ann.Page.HasTextAsync(".markdown strong", "bold");
        Assert.Equal(0, await ann.Page.NumberAsync("document.querySelectorAll('.markdown img, .markdown [href^=javascript]').length"));

        // The published client, both ways.
        var conversation = await carl.NewConversationAsync(ann.Account);
        await carl.SendAsync(conversation, "Hello from JavaScript");
        await ann.ChooseAsync("requests", carl.Address);
        await ann.ShowsAsync("Hello from JavaScript");
        await ann.Page.PressAsync("#allow");
        await ann.SendAsync("Hello from the inbox");
        await TestSupport.Eventually.TrueAsync(async () => (await carl.MessagesAsync(conversation)).Any(static message => message.Text == "Hello from the inbox"), "the JavaScript client to list the answer");

        // Blocked: gone from the inbox, and back when allowed again.
        await ann.Page.PressAsync("#block");
        await ann.Page.HasAsync("#allow");
        await ann.Page.PressAsync("#folder-inbox");
        await ann.Page.ShowsAsync($"document.querySelectorAll('.conversation').length == 1");
        await ann.ChooseAsync("blocked", carl.Address);
        await ann.Page.PressAsync("#allow");
        await ann.ChooseAsync("inbox", carl.Address);
    }

    [Fact]
    public async Task Search_WordsOfAMessage_GoesToIt()
    {
        await using var world = await InboxWorld.StartAsync();
        var ann = await (await world.OpenAsync()).SignUpAsync();
        var bob = await world.ClientAsync();
        var conversation = await bob.Conversations.NewConversationAsync(ann.Account, cancellationToken: TestContext.Current.CancellationToken);
        await conversation.SendAsync("The needle is here", TestContext.Current.CancellationToken);
        for (var i = 0; i < 200; i++) await conversation.SendAsync($"Hay {i}", TestContext.Current.CancellationToken);
        await ann.ChooseAsync("requests", bob.Address.ToString());
        await ann.Page.PressAsync("#allow");
        await ann.ShowsAsync("Hay 199");
        Assert.Equal(0, await ann.CountAsync("needle"));

        await ann.Page.WriteAsync("#search", "NEEDLE");
        await ann.Page.PressAsync(".hit");
        await ann.ShowsAsync("The needle is here");
    }

    [Fact]
    public async Task Envelope_ThatCannotBeRead_IsToldOfInOneLine()
    {
        await using var world = await InboxWorld.StartAsync(configure: static options => options with { Authentication = false });
        var ann = await (await world.OpenAsync()).SignUpAsync();
        var bob = await world.ClientAsync();
        var conversation = await bob.Conversations.NewConversationAsync(ann.Account, cancellationToken: TestContext.Current.CancellationToken);
        await conversation.SendAsync("Can be read", TestContext.Current.CancellationToken);
        await ann.ChooseAsync("requests", bob.Address.ToString());
        await ann.ShowsAsync("Can be read");

        // Whoever knows a topic can write rubbish to it.
        using var http = new HttpClient { BaseAddress = world.Node.HttpAddress };
        using var answer = await http.PostAsync(
            "message/v1/publish",
            new StringContent($$"""{"envelopes":[{"contentTopic":"{{conversation.Topic}}","timestampNs":"1700000000000000000","message":"cnViYmlzaA=="}]}"""),
            TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        await ann.Page.HasTextAsync(".dropped summary", "One message here could not be read");
        await conversation.SendAsync("Still works", TestContext.Current.CancellationToken);
        await ann.ShowsAsync("Still works");
    }
}
