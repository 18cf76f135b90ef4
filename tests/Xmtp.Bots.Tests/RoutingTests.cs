using System.Collections.Concurrent;
using Xmtp.Client.Conversations;
using Xmtp.ContentTypes;

namespace Xmtp.Bots.Tests;

/// <summary>What a message leads to.</summary>
public sealed class RoutingTests(BotNode node)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OnText_Message_IsAnsweredInEveryWay()
    {
        var (bot, _) = await node.StartBotAsync(static bot => bot.OnText(static async (context, text) =>
        {
            await context.ReplyAsync($"You said: {text}");
            await context.QuoteAsync("quoted");
            await context.ReactAsync("👍");
        }));
        await using var running = bot;
        await using var peer = await node.JoinAsync();
        var conversation = await WriteAsync(peer, bot, "gm");
        var answers = await BotNode.AnswersAsync(conversation, 3);
        var asked = (await conversation.ListMessagesAsync(cancellationToken: Token).FirstAsync(static message => message.IsFromSelf, Token)).Id.ToString();
        Assert.Equal("You said: gm", answers[0].Content);
        Assert.True(answers[1].TryGet<Reply>(out var reply));
        Assert.Equal((asked, "quoted"), (reply.Reference, reply.Content));
        Assert.True(answers[2].TryGet<Reaction>(out var reaction));
        Assert.Equal((asked, "👍"), (reaction.Reference, reaction.Content));
    }

    [Fact]
    public async Task Command_Calls_GetTheirArgumentsAndHelp()
    {
        var (bot, _) = await node.StartBotAsync(static bot => bot
            .OnText(static (context, text) => context.ReplyAsync($"text {text}"))
            .Command("/add <left> <right>", "Adds two numbers.", static context => context.ReplyAsync($"{context.Get<int>("left") + context.Get<int>("right")}"))
            .Command("/say [words…]", "Says it.", static context => context.ReplyAsync(context.TryGet<string>("words", out var words) ? words : "nothing")));
        await using var running = bot;
        await using var peer = await node.JoinAsync();
        var conversation = await WriteAsync(
            peer, bot, "/add 2 40", "/ADD 1", "/add 1 two", "/say  it  is \"so\"", "/say", "/help", "/adder 1 2", "/add 1 2 3");
        Assert.Equal(
            [
                "42",
                "right is missing.\n/add <left> <right>",
                "right cannot be 'two'.\n/add <left> <right>",
                "it  is \"so\"",
                "nothing",
                "/add <left> <right>: Adds two numbers.\n/say [words…]: Says it.\n/help: Shows this list.",
                "text /adder 1 2",
                "That is more than I understand.\n/add <left> <right>",
            ],
            await BotNode.TextsAsync(conversation, 8));
    }

    [Fact]
    public async Task OnMessage_ContentsOfOtherTypes_GoToTheirHandlers()
    {
        var (bot, log) = await node.StartBotAsync(static bot => bot
            .OnReaction(static (context, reaction) => context.ReplyAsync($"reacted {reaction.Content}"))
            .OnMessage<Attachment>(static (context, attachment) => context.ReplyAsync($"file {attachment.FileName}")));
        await using var running = bot;
        await using var peer = await node.JoinAsync();
        var conversation = await peer.Conversations.NewConversationAsync((await bot.GetClientAsync(Token)).Address, cancellationToken: Token);
        var text = await conversation.SendAsync("nobody handles this", Token);
        await conversation.SendAsync(new Attachment("a.txt", "text/plain", "hi"u8.ToArray()), Token);
        await conversation.SendAsync(new Reaction { Reference = text.Id.ToString(), Content = "❤" }, Token);
        Assert.Equal(["file a.txt", "reacted ❤"], await BotNode.TextsAsync(conversation, 2));
        Assert.Contains(log.Lines, static line => line.EventId == 4205);
    }

    [Fact]
    public async Task OnConversation_NewOne_IsGreeted()
    {
        var (bot, _) = await node.StartBotAsync(static bot => bot.OnConversation(static context => context.ReplyAsync("welcome")));
        await using var running = bot;
        await using var peer = await node.JoinAsync();
        var conversation = await peer.Conversations.NewConversationAsync((await bot.GetClientAsync(Token)).Address, cancellationToken: Token);
        Assert.Equal(["welcome"], await BotNode.TextsAsync(conversation, 1));
    }

    [Fact]
    public async Task Filters_InTheirOrder_SurroundTheHandler()
    {
        var steps = new ConcurrentQueue<string>();
        var (bot, _) = await node.StartBotAsync(bot => bot
            .Use(async (context, next) =>
            {
                steps.Enqueue($"before {context.Text}");
                await next();
                steps.Enqueue($"after {context.Text}");
            })
            .Where(static context => context.Text != "stop")
            .OnText((context, text) =>
            {
                steps.Enqueue($"handler {text}");
                return context.ReplyAsync("done");
            }));
        await using var running = bot;
        await using var peer = await node.JoinAsync();
        var conversation = await WriteAsync(peer, bot, "stop", "go");
        Assert.Equal(["done"], await BotNode.TextsAsync(conversation, 1));
        await bot.StopAsync(Token);
        Assert.Equal(["before stop", "after stop", "before go", "handler go", "after go"], steps);
    }

    [Fact]
    public async Task ExceptDenied_DeniedPeer_IsNotAnswered()
    {
        using var wallet = Identity.PrivateKeyWallet.Generate();
        await using PeerPair peers = new(await node.JoinAsync(), await node.JoinAsync());
        await using (var account = await node.JoinAsync(wallet)) await account.Consent.DenyAsync(peers.First.Address, Token);
        var handled = new ConcurrentQueue<string>();
        var (bot, _) = await node.StartBotAsync(
            bot => bot.ExceptDenied().OnText((context, text) =>
            {
                handled.Enqueue(text);
                return context.ReplyAsync("hello");
            }),
            wallet: wallet);
        await using var running = bot;
        await WriteAsync(peers.First, bot, "denied");
        Assert.Equal(["hello"], await BotNode.TextsAsync(await WriteAsync(peers.Second, bot, "unknown"), 1));
        await bot.StopAsync(Token);
        Assert.Equal(["unknown"], handled);
    }

    [Fact]
    public async Task Routes_AddedToARunningBot_AreRefused()
    {
        var (bot, _) = await node.StartBotAsync(static bot => bot.OnText(static (_, _) => Task.CompletedTask));
        await using var running = bot;
        Assert.Throws<InvalidOperationException>(() => bot.OnText(static (_, _) => Task.CompletedTask));
    }

    internal static async Task<Conversation> WriteAsync(Client.XmtpClient peer, XmtpBot bot, params string[] texts)
    {
        var conversation = await peer.Conversations.NewConversationAsync((await bot.GetClientAsync(Token)).Address, cancellationToken: Token);
        foreach (var text in texts) await conversation.SendAsync(text, Token);
        return conversation;
    }

    private sealed record PeerPair(Client.XmtpClient First, Client.XmtpClient Second) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await First.DisposeAsync();
            await Second.DisposeAsync();
        }
    }
}
