using Microsoft.Extensions.Logging;
using Xmtp.Bots.Tests;
using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Identity;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

[assembly: AssemblyFixture(typeof(BotNode))]

namespace Xmtp.Bots.Tests;

/// <summary>The node that all bots of these tests use, and what makes bots and peers there.</summary>
public sealed class BotNode : IAsyncLifetime
{
    private TestNode _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await TestNode.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    public Uri Address => _node.GrpcAddress;

    /// <summary>A peer with a stream of what it gets.</summary>
    internal Task<XmtpClient> JoinAsync(IWallet? wallet = null) =>
        XmtpClient.CreateAsync(wallet ?? PrivateKeyWallet.Generate(), new XmtpClientOptions { Nodes = [Address] }, Token);

    /// <summary>Starts a bot and returns when it listens.</summary>
    internal async Task<(XmtpBot Bot, CapturedLog Log)> StartBotAsync(Action<XmtpBot> routes, Action<BotOptions>? configure = null, IWallet? wallet = null, string? directory = null)
    {
        var log = new CapturedLog();
        var builder = XmtpBot.CreateBuilder(["--node", Address.ToString()]);
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.Account.UseWallet(_ => wallet ?? PrivateKeyWallet.Generate());
        if (directory is not null) builder.Account.Configure(options => (options.StorePath, options.StoreKeyFile) = (Path.Combine(directory, "inbox"), Path.Combine(directory, "inbox.key")));
        if (configure is not null) builder.Configure(configure);
        var bot = builder.Build();
        routes(bot);
        await bot.StartAsync(Token);
        await ListeningAsync(log);
        return (bot, log);
    }

    internal static Task ListeningAsync(CapturedLog log, int bots = 1) =>
        Eventually.TrueAsync(() => log.Lines.Count(static line => line.EventId == 4200) == bots, "the bot to listen");

    /// <summary>Returns when a conversation holds so many messages of the peer's.</summary>
    internal static async Task<DecodedMessage[]> AnswersAsync(Conversation conversation, int count)
    {
        DecodedMessage[] answers = [];
        await Eventually.TrueAsync(
            async () =>
            {
                answers = await conversation.ListMessagesAsync(cancellationToken: Token).Where(static message => !message.IsFromSelf).ToArrayAsync(Token);
                return answers.Length >= count;
            },
            $"{count} answers");
        Assert.Equal(count, answers.Length);
        return answers;
    }

    /// <summary>The peer's texts in a conversation up to now.</summary>
    internal static async Task<string?[]> TextsSoFarAsync(Conversation conversation) =>
        await conversation.ListMessagesAsync(cancellationToken: Token).Where(static message => !message.IsFromSelf).Select(static message => message.Content as string).ToArrayAsync(Token);

    internal static async Task<string?[]> TextsAsync(Conversation conversation, int count) =>
        [.. (await AnswersAsync(conversation, count)).Select(static answer => answer.Content as string)];
}
