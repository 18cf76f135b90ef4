using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Client.Streams;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Testing;

namespace Xmtp.Docs.Tests.Snippets;

// The project's own tests have a namespace of this name, which an alias outside would not win against.
#pragma warning disable IDE0065
using TestNetwork = Xmtp.Testing.TestNetwork;
#pragma warning restore IDE0065

/// <summary>Tests of an app, as an app's author writes them. They need no node.</summary>
public class Testing
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TestNetwork_TwoClients_Converse()
    {
        #region snippet:testing-first
        await using var network = await TestNetwork.StartAsync();
        var amal = await network.CreateClientAsync();
        var bola = await network.CreateClientAsync();
        await using var inbox = await bola.Conversations.StreamAllMessagesAsync();

        var conversation = await amal.Conversations.NewConversationAsync(bola.Address);
        await conversation.SendAsync("gm");

        var message = await inbox.FirstAsync();
        Assert.Equal(("gm", amal.Address), (message.Content, message.Sender));
        #endregion
    }

    [Fact]
    public async Task App_OnATestNetwork_AnswersAPeer()
    {
        #region snippet:testing-app
        await using var network = await TestNetwork.StartAsync();
        using var wallet = network.CreateWallet();
        await using var bot = await EchoBot.StartAsync(wallet, network.CreateOptions(), network.Clock);

        var peer = await network.CreateClientAsync();
        await using var inbox = await peer.Conversations.StreamAllMessagesAsync();
        var conversation = await peer.Conversations.NewConversationAsync(bot.Address);
        await conversation.SendAsync("anybody there?");
        await bot.AnswerNextAsync();

        Assert.Equal("2025: anybody there?", (await inbox.FirstAsync(message => !message.IsFromSelf)).Content);
        #endregion
    }

    [Fact]
    public async Task RunAsync_OfASendThatIsRepeated_NeedsNoWait()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var (amal, bola) = (await network.CreateClientAsync(Token), await network.CreateClientAsync(Token));
        var conversation = await amal.Conversations.NewConversationAsync(bola.Address, cancellationToken: Token);
        #region snippet:testing-clock
        network.Faults.RateLimitNext(NetworkCall.Publish, retryAfter: TimeSpan.FromSeconds(30));
        var sending = conversation.SendAsync("patience");
        Assert.False(sending.IsCompleted);
        await network.RunAsync(sending);
        #endregion
        Assert.Equal("patience", (await sending).Content);
    }

    [Fact]
    public async Task Faults_OfEachKind_AreSurvived()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var (amal, bola) = (await network.CreateClientAsync(Token), await network.CreateClientAsync(Token));
        var conversation = await amal.Conversations.NewConversationAsync(bola.Address, cancellationToken: Token);
        #region snippet:testing-faults
        await using var inbox = await bola.Conversations.StreamAllMessagesAsync();

        // Bola's phone goes into a tunnel, and Amal's answer is lost on the way back.
        network.FaultsOf(bola).GoOffline();
        network.FaultsOf(amal).LoseNextAnswers();
        await network.RunAsync(conversation.SendAsync("are you there?"));

        network.FaultsOf(bola).GoOnline();
        await network.RunUntilAsync(() => inbox.State == ConnectionState.Connected);
        Assert.Equal("are you there?", (await inbox.FirstAsync()).Content);
        Assert.Single(await network.EnvelopesAsync(conversation.Topic));
        #endregion
    }

    [Fact]
    public async Task Offline_ForLongerThanTheRetries_EndsInTheCataloguesError()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var (amal, bola) = (await network.CreateClientAsync(Token), await network.CreateClientAsync(Token));
        var conversation = await amal.Conversations.NewConversationAsync(bola.Address, cancellationToken: Token);
        #region snippet:testing-offline
        network.Faults.GoOffline();
        var failure = await Assert.ThrowsAnyAsync<XmtpException>(() => network.RunAsync(conversation.SendAsync("hello?")));
        Assert.Equal(ErrorCatalogue.Unavailable, failure.Code);
        #endregion
    }

    /// <summary>Stands for the reader's app: it takes options and a clock, and makes its client of them.</summary>
    private sealed class EchoBot(XmtpClient client, LiveStream<DecodedMessage> inbox, TimeProvider time) : IAsyncDisposable
    {
        public EthereumAddress Address => client.Address;

        public static async Task<EchoBot> StartAsync(IWallet wallet, XmtpClientOptions options, TimeProvider time)
        {
            var client = await XmtpClient.CreateAsync(wallet, options, Token);
            return new EchoBot(client, await client.Conversations.StreamAllMessagesAsync(Token), time);
        }

        public async Task AnswerNextAsync()
        {
            var message = await inbox.FirstAsync(Token);
            await message.Conversation.SendAsync($"{time.GetUtcNow().Year}: {message.Content}", Token);
        }

        public async ValueTask DisposeAsync()
        {
            await inbox.DisposeAsync();
            await client.DisposeAsync();
        }
    }
}
