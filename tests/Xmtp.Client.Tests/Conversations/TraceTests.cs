using System.Globalization;
using Google.Protobuf;
using Xmtp.Client.Consent;
using Xmtp.Client.Conversations;
using Xmtp.Client.Messages;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Identity;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Conversations;

/// <summary>The recorded session of three published JavaScript clients: what they wrote is read, and the same steps publish the same.</summary>
public sealed class TraceTests
{
    private readonly FakeNetwork _network = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static (string Step, Envelope[] Published)[] Trace { get; } =
    [
        .. Vectors.Load("17-client-trace.json").Rows("steps").Select(static step => (
            step.Text("step"),
            step.Has("published")
                ? step.Rows("published").Select(static row => new Envelope
                {
                    ContentTopic = row.Text("topic"), TimestampNs = row.Number("timestamp_ns"), Message = ByteString.CopyFrom(row.Bytes("message_bytes")),
                }).ToArray()
                : [])),
    ];

    [Fact]
    public async Task RecordedSession_OpenedWithTheSameWallets_ReadsAsTheJavaScriptClientsSawIt()
    {
        foreach (var (_, published) in Trace) _network.Publish(published);

        // The recorded contacts have one time for both forms, so their hashes decide which is newest; this client would mend that.
        await using var amal = await TestAccount.StartAsync(_network, wallet: Wallet("amal"), configure: static options => options with { PublishContact = false });
        await using var bola = await TestAccount.StartAsync(_network, wallet: Wallet("bola"), configure: static options => options with { PublishContact = false });
        await using var caro = await TestAccount.StartAsync(_network, wallet: Wallet("caro"), configure: static options => options with { PublishContact = false });

        foreach (var (account, step) in new[] { (amal, "amal: conversation ids listed"), (caro, "caro: list and reply on the V1 conversation") })
        {
            var expected = Vectors.Load("17-client-trace.json").Rows("steps").Single(row => row.Text("step") == step).Rows("result")
                .Select(static row => (row.Text("version"), row.Text("peer"), row.Text("topic"), row.Has("conversation_id") ? row.Text("conversation_id") : null));
            var listed = await account.Client.Conversations.ListAsync(cancellationToken: Token);
            Assert.Equal(expected, listed.Select(static conversation =>
                (conversation.Version == MessageVersion.V1 ? "v1" : "v2", conversation.Peer.ToString(), conversation.Topic.Value, conversation.ConversationId)));
        }

        var ofAmal = await amal.Client.Conversations.ListAsync(cancellationToken: Token);
        var ofBola = Assert.Single(await bola.Client.Conversations.ListAsync(cancellationToken: Token));
        Assert.Equal(await TextsAsync(ofAmal[0]), await TextsAsync(ofBola));
        Assert.Equal(3, (await TextsAsync(ofBola)).Length);
        Assert.Equal(3, (await TextsAsync(ofAmal[1])).Length);
        Assert.Equal(ConsentState.Unknown, amal.Client.Consent.StateOf(bola.Client.Address));
        await amal.Client.Consent.RefreshAsync(cancellationToken: Token);
        Assert.Equal(ConsentState.Allowed, amal.Client.Consent.StateOf(bola.Client.Address));
        Assert.Equal(ConsentState.Allowed, amal.Client.Consent.StateOf(caro.Client.Address));
        Assert.Empty(amal.Dropped.All);
        Assert.Empty(bola.Dropped.All);

        // All of them had their keys on the network, so none of them published anything.
        Assert.Equal(Trace.Sum(static step => step.Published.Length), _network.Published.Count);
    }

    [Fact]
    public async Task SameSteps_TakenByThisClient_PublishToTheSameTopicsInTheSameOrder()
    {
        // The accounts are those of the recording; everything after their creation is done again.
        var before = Trace.TakeWhile(static step => step.Step != "amal: new conversation with bola").ToArray();
        var rest = Trace.Skip(before.Length).SelectMany(static step => step.Published).Select(static envelope => envelope.ContentTopic).ToArray();
        foreach (var (_, published) in before) _network.Publish(published);
        await using var amal = await TestAccount.StartAsync(_network, wallet: Wallet("amal"));
        await using var bola = await TestAccount.StartAsync(_network, wallet: Wallet("bola"));
        await using var caro = await TestAccount.StartAsync(_network, wallet: Wallet("caro"), configure: static options => options with { PublishContact = false });
        var count = _network.Published.Count;

        var toBola = await NewConversationTests.OpenAsync(amal, bola);
        await NewConversationTests.OpenAsync(amal, bola);
        await toBola.SendAsync("one", Token);
        await toBola.SendAsync("two", Token);
        await Assert.Single(await bola.Client.Conversations.ListAsync(cancellationToken: Token)).SendAsync("reply", Token);
        var toCaro = await NewConversationTests.OpenAsync(amal, caro);
        await toCaro.SendAsync("one", Token);
        await toCaro.SendAsync("two", Token);
        await NewConversationTests.OpenAsync(amal, caro, new NewConversationOptions { ConversationId = "example.com/x" });
        await (await caro.Client.Conversations.ListAsync(cancellationToken: Token))[0].SendAsync("reply", Token);

        // The recorded client allows a peer again who is allowed already.
        var again = Array.FindLastIndex(rest, topic => topic == rest[2]);
        Assert.Equal(rest.Where((_, i) => i != again), _network.Published.Skip(count).Select(static envelope => envelope.ContentTopic));
    }

    private static async Task<string[]> TextsAsync(Conversation conversation) =>
        [.. (await conversation.ListMessagesAsync(cancellationToken: Token).ToListAsync(Token)).Select(static message => string.Create(CultureInfo.InvariantCulture, $"{message.Sender} {message.SentNs} {message.Content}"))];

    private static PrivateKeyWallet Wallet(string name) =>
        new(Vectors.Load("01-identity-v1.json").Row("people", name).Bytes("wallet_private_key"));
}
