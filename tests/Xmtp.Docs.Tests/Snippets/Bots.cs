using Microsoft.Extensions.Logging;
using Xmtp.Bots;
using Xmtp.Client.Conversations;
using Xmtp.ContentTypes;
using Xmtp.Identity;
using Xmtp.TestNetwork;

namespace Xmtp.Docs.Tests.Snippets;

/// <summary>Bots.</summary>
public class Bots(SnippetNode snippetNode) : SnippetTest(snippetNode)
{
    [Fact]
    public async Task Bot_Written_Answers()
    {
        using var folder = new SnippetFolder();
        string[] args = ["--node", Node.ToString(), "--key-file", folder.NewKeyFile()];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Limit);
        var cancellationToken = stop.Token;
        #region snippet:bot
        var bot = XmtpBot.CreateBuilder(args).Build();
        bot.OnText((context, text) => context.ReplyAsync($"You said: {text}"));
        var running = bot.RunAsync(cancellationToken);
        #endregion
        await using var peer = await JoinAsync();
        var conversation = await peer.Conversations.NewConversationAsync((await bot.GetClientAsync(Limit)).Address, cancellationToken: Limit);
        Assert.Equal("You said: gm", await AskAsync(conversation, "gm"));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Handlers_OfAllKinds_AreCalled()
    {
        var (builder, log) = NewBuilder();
        await using var bot = builder.Build();
        #region snippet:bot-handlers
        bot.OnText(async (context, text) =>
        {
            await context.ReactAsync("👀");
            await context.QuoteAsync($"You wrote {text.Length} letters.");
        });
        bot.OnMessage<RemoteAttachment>((context, file) => context.ReplyAsync($"I do not open {file.FileName}."));
        bot.OnReaction((context, reaction) => context.ReplyAsync($"{reaction.Content} to you too."));
        bot.OnConversation(context => context.ReplyAsync($"Hello {context.Peer}."));
        #endregion
        var conversation = await StartAsync(bot, log);
        await conversation.SendAsync(new Reaction { Reference = "00", Content = "👍" }, Limit);
        await AnswerAsync(conversation, $"Hello {conversation.Self}.");
        await AnswerAsync(conversation, "👍 to you too.");
    }

    [Fact]
    public async Task Commands_WithArguments_AreParsed()
    {
        var (builder, log) = NewBuilder();
        await using var bot = builder.Build();
        #region snippet:bot-commands
        bot.Command("/roll <dice> [sides]", "Rolls dice.", context =>
        {
            var sides = context.TryGet<int>("sides", out var given) ? given : 6;
            return context.ReplyAsync($"{context.Get<int>("dice")} dice with {sides} sides");
        });
        bot.Command("/note <text…>", "Keeps a note.", context => context.ReplyAsync($"Noted: {context.Get<string>("text")}"));
        #endregion
        var conversation = await StartAsync(bot, log);
        await conversation.SendAsync("/roll 2", Limit);
        await AnswerAsync(conversation, "2 dice with 6 sides");
        await conversation.SendAsync("/note buy milk", Limit);
        await AnswerAsync(conversation, "Noted: buy milk");
        await conversation.SendAsync("/help", Limit);
        await AnswerAsync(conversation, "/roll <dice> [sides]: Rolls dice.\n/note <text…>: Keeps a note.\n/help: Shows this list.");
    }

    [Fact]
    public async Task Filters_BeforeHandlers_Decide()
    {
        var (builder, log) = NewBuilder();
        await using var bot = builder.Build();
        #region snippet:bot-filters
        bot.ExceptDenied();
        bot.Where(context => !context.Message.IsEphemeral);
        bot.Use(async (context, next) =>
        {
            var started = TimeProvider.System.GetTimestamp();
            await next();
            Console.WriteLine($"{context.Message.ContentType}: {TimeProvider.System.GetElapsedTime(started).TotalMilliseconds} ms");
        });
        #endregion
        bot.OnText((context, _) => context.ReplyAsync("ok"));
        var conversation = await StartAsync(bot, log);
        await conversation.SendAsync("gm", Limit);
        await AnswerAsync(conversation, "ok");
        await Console.Written.WaitAsync(Limit);
        Assert.StartsWith("xmtp.org/text:1.0: ", Console.Lines[0], StringComparison.Ordinal);
    }

    private (XmtpBotBuilder Builder, CapturedLog Log) NewBuilder()
    {
        var builder = XmtpBot.CreateBuilder(["--node", Node.ToString()]);
        var log = new CapturedLog();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Account.UseWallet(static _ => PrivateKeyWallet.Generate());
        return (builder, log);
    }

    private async Task<Conversation> StartAsync(XmtpBot bot, CapturedLog log)
    {
        await bot.StartAsync(Limit);
        await Eventually.TrueAsync(() => log.Lines.Any(static line => line.Text.EndsWith("listens", StringComparison.Ordinal)), "the bot to listen");
        var peer = await JoinAsync();
        return await peer.Conversations.NewConversationAsync((await bot.GetClientAsync(Limit)).Address, cancellationToken: Limit);
    }

    private Task AnswerAsync(Conversation conversation, string expected) => Eventually.TrueAsync(
        async () => await conversation.ListMessagesAsync(cancellationToken: Limit).AnyAsync(message => !message.IsFromSelf && message.Content as string == expected, Limit), expected);

    // The bot may not listen yet when it is first written to.
    private async Task<object?> AskAsync(Conversation conversation, string text)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (true)
        {
            await conversation.SendAsync(text, Limit);
            await pause.WaitForNextTickAsync(Limit);
            if (await conversation.ListMessagesAsync(cancellationToken: Limit).FirstOrDefaultAsync(static message => !message.IsFromSelf, Limit) is { } answer) return answer.Content;
        }
    }
}
