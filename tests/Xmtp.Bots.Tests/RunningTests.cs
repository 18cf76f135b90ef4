using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xmtp.Identity;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Bots.Tests;

/// <summary>How a bot runs: order, bounds, failures, its end.</summary>
public sealed class RunningTests(BotNode node)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Handler_Throws_IsLoggedAndTheBotGoesOn()
    {
        var (bot, log) = await node.StartBotAsync(static bot => bot.OnText(static (context, text) =>
            text == "bad" ? throw new InvalidOperationException("handler's own") : context.ReplyAsync("fine")));
        await using var running = bot;
        await using var peer = await node.JoinAsync();
        var conversation = await RoutingTests.WriteAsync(peer, bot, "bad", "good");
        Assert.Equal(["fine"], await BotNode.TextsAsync(conversation, 1));
        var line = Assert.Single(log.Lines, static line => line.EventId == 4201);
        Assert.Equal("handler's own", line.Exception?.Message);
        Assert.DoesNotContain("bad", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_MessagesWhileTheBotIsDown_AreAnsweredOnceAfterTheNextStart()
    {
        var directory = Directory.CreateTempSubdirectory("xmtp-bot-").FullName;
        using var wallet = PrivateKeyWallet.Generate();
        await using var peer = await node.JoinAsync();

        // Written before the bot ever ran: nobody waits for an answer to that.
        await using (await node.JoinAsync(wallet))
        {
        }

        var conversation = await peer.Conversations.NewConversationAsync(wallet.Address, cancellationToken: Token);
        await conversation.SendAsync("before the first start", Token);
        for (var run = 0; run < 3; run++)
        {
            var (bot, _) = await node.StartBotAsync(static bot => bot.OnText(static (context, text) => context.ReplyAsync($"re: {text}")), wallet: wallet, directory: directory);
            await using (bot)
            {
                await conversation.SendAsync($"up {run}", Token);
                await Eventually.TrueAsync(async () => (await BotNode.TextsSoFarAsync(conversation)).Contains($"re: up {run}"), "the answer");

                // An answer is seen before its handler has returned; one that is broken off there would be given again.
                await bot.StopAsync(Token);
            }

            await conversation.SendAsync($"down {run}", Token);
        }

        var answers = await BotNode.TextsAsync(conversation, 5);
        Assert.Equal(["re: up 0", "re: down 0", "re: up 1", "re: down 1", "re: up 2"], answers);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Handlers_OfOneConversation_RunOneAtATimeAndOthersBeside()
    {
        var (inside, most, gate) = (new ConcurrentDictionary<string, int>(), new ConcurrentQueue<int>(), new TaskCompletionSource());
        var entered = 0;
        var (bot, _) = await node.StartBotAsync(
            bot => bot.OnText(async (context, _) =>
            {
                most.Enqueue(inside.AddOrUpdate(context.Conversation.Topic.Value, 1, static (_, count) => count + 1));
                Interlocked.Increment(ref entered);
                await gate.Task.WaitAsync(context.CancellationToken);
                inside.AddOrUpdate(context.Conversation.Topic.Value, 0, static (_, count) => count - 1);
                await context.ReplyAsync("done");
            }),
            static options => options.Parallelism = 2);
        await using var running = bot;
        await using var amal = await node.JoinAsync();
        await using var bola = await node.JoinAsync();
        await using var chen = await node.JoinAsync();
        var conversations = new[]
        {
            await RoutingTests.WriteAsync(amal, bot, "1", "2", "3"),
            await RoutingTests.WriteAsync(bola, bot, "1", "2"),
            await RoutingTests.WriteAsync(chen, bot, "1"),
        };

        // Two conversations are inside, the third waits for a place, and no second message of the same is in.
        await Eventually.TrueAsync(() => Volatile.Read(ref entered) == 2, "two handlers to run");
        Assert.Equal(2, inside.Count(static pair => pair.Value == 1));
        gate.SetResult();
        await BotNode.AnswersAsync(conversations[0], 3);
        await BotNode.AnswersAsync(conversations[1], 2);
        await BotNode.AnswersAsync(conversations[2], 1);
        Assert.Equal(6, most.Count);
        Assert.All(most, static count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task OwnMessages_OfAnotherDevice_AreNotAnswered()
    {
        using var wallet = PrivateKeyWallet.Generate();
        var handled = new ConcurrentQueue<string>();
        var (bot, _) = await node.StartBotAsync(
            bot => bot.OnText((context, text) =>
            {
                handled.Enqueue(text);
                return context.ReplyAsync("answer");
            }),
            wallet: wallet);
        await using var running = bot;
        await using var peer = await node.JoinAsync();
        await using var device = await node.JoinAsync(wallet);
        var conversation = await RoutingTests.WriteAsync(peer, bot, "first");
        await BotNode.AnswersAsync(conversation, 1);
        await Assert.Single(await device.Conversations.ListAsync(cancellationToken: Token)).SendAsync("from the owner", Token);
        await conversation.SendAsync("second", Token);
        await BotNode.AnswersAsync(conversation, 3);
        await bot.StopAsync(Token);
        Assert.Equal(["first", "second"], handled);
    }

    [Fact]
    public async Task TwoBots_ThatAnswerEachOther_StopAtTheBound()
    {
        static void Echo(BotRoutes bot) => bot.OnText(static (context, text) => context.ReplyAsync($"{text}!"));
        static void Bound(BotOptions options)
        {
            options.MessagesPerPeer = 4;
            options.PeerWindow = TimeSpan.FromHours(1);
        }

        var (first, firstLog) = await node.StartBotAsync(Echo, Bound);
        await using var runningFirst = first;
        var (second, secondLog) = await node.StartBotAsync(Echo, Bound);
        await using var runningSecond = second;
        var client = await first.GetClientAsync(Token);
        var conversation = await client.Conversations.NewConversationAsync((await second.GetClientAsync(Token)).Address, cancellationToken: Token);
        await conversation.SendAsync("hi", Token);
        await Eventually.TrueAsync(() => firstLog.Lines.Concat(secondLog.Lines).Any(static line => line.EventId == 4203), "a bot to be silent");
        await first.StopAsync(Token);
        await second.StopAsync(Token);

        // One begins; each answers four times, and the fifth of the one who began is left unanswered.
        Assert.Equal(1 + 4 + 4, await conversation.ListMessagesAsync(cancellationToken: Token).CountAsync(Token));
        Assert.Equal(1, firstLog.Lines.Concat(secondLog.Lines).Count(static line => line.EventId == 4203));
    }

    [Fact]
    public async Task Stop_WhileHandling_FinishesWhatWasRead()
    {
        var (entered, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var (bot, _) = await node.StartBotAsync(bot => bot.OnText(async (context, text) =>
        {
            entered.TrySetResult();
            await gate.Task;
            await context.ReplyAsync($"done {text}");
        }));
        await using var running = bot;
        await using var peer = await node.JoinAsync();
        var conversation = await RoutingTests.WriteAsync(peer, bot, "1");
        await entered.Task.WaitAsync(Token);
        var stopping = bot.StopAsync(Token);
        Assert.False(stopping.IsCompleted);
        gate.SetResult();
        await stopping.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(["done 1"], await BotNode.TextsAsync(conversation, 1));
    }

    [Fact]
    public async Task Stop_HostDoesNotWait_CancelsHandlers()
    {
        var (entered, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        var (bot, log) = await node.StartBotAsync(bot => bot.OnText(async (context, _) =>
        {
            entered.TrySetResult();
            try
            {
                await new TaskCompletionSource().Task.WaitAsync(context.CancellationToken);
            }
            catch (OperationCanceledException)
            {
                cancelled.SetResult();
                throw;
            }
        }));
        await using var running = bot;
        await using var peer = await node.JoinAsync();
        await RoutingTests.WriteAsync(peer, bot, "1");
        await entered.Task.WaitAsync(Token);
        using var impatient = new CancellationTokenSource();
        await impatient.CancelAsync();
        await Record.ExceptionAsync(() => bot.StopAsync(impatient.Token));
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        await Eventually.TrueAsync(() => log.Lines.Any(static line => line.EventId == 4206), "the log to tell");
    }

    [Fact]
    public async Task AddBot_TwoAccountsOfOneHost_AreTwoBots()
    {
        using PrivateKeyWallet upper = PrivateKeyWallet.Generate(), lower = PrivateKeyWallet.Generate();
        using var log = new CapturedLog();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Xmtp:Nodes:0", node.Address.ToString())]);
        builder.Logging.AddProvider(log);
        builder.Services.AddXmtpClient("upper").UseWallet(_ => upper).AddBot(static bot => bot.OnText(static (context, text) => context.ReplyAsync(text.ToUpperInvariant())));
        builder.Services.AddXmtpClient("lower").UseWallet(_ => lower).AddBot(static bot => bot.OnText(static (context, text) => context.ReplyAsync(text.ToLowerInvariant())));
        using var host = builder.Build();
        await host.StartAsync(Token);
        await BotNode.ListeningAsync(log, bots: 2);
        await using var peer = await node.JoinAsync();
        foreach (var (wallet, expected) in new[] { (upper, "GM"), (lower, "gm") })
        {
            var conversation = await peer.Conversations.NewConversationAsync(wallet.Address, cancellationToken: Token);
            await conversation.SendAsync("Gm", Token);
            Assert.Equal([expected], await BotNode.TextsAsync(conversation, 1));
        }

        await host.StopAsync(Token);
    }

    [Fact]
    public async Task RunAsync_KeyFileWithoutKey_ThrowsWhy()
    {
        var path = Path.Combine(Path.GetTempPath(), $"xmtp-bot-{Guid.NewGuid():n}");
        await File.WriteAllTextAsync(path, "none", Token);
        try
        {
            var builder = XmtpBot.CreateBuilder(["--node", node.Address.ToString(), "--key-file", path]);
            builder.Logging.ClearProviders();
            await using var bot = builder.Build();
            var failure = await Assert.ThrowsAsync<Protocol.Errors.XmtpException>(() => bot.RunAsync(Token));
            Assert.Equal(Protocol.Errors.ErrorCatalogue.KeyFileUnreadable, failure.Code);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Start_WrongBotOption_SaysWhich()
    {
        var builder = XmtpBot.CreateBuilder(["--Xmtp:Bot:Parallelism=0"]);
        builder.Logging.ClearProviders();
        builder.Account.UseWallet(static _ => PrivateKeyWallet.Generate());
        await using var bot = builder.Build();
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => bot.StartAsync(Token));
        Assert.Equal(["Xmtp:Bot:Parallelism: must be more than 0."], failure.Failures);
    }
}
