using Google.Protobuf;
using Xmtp.Client.Messages;
using Xmtp.Client.Tests.Fakes;
using Xmtp.ContentTypes;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Allocations;

/// <summary>
/// What one message may cost the heap, in bytes: counted, not timed. Bounds are a tenth above what was measured when they were
/// set; a change that needs more says why and moves them. They hold for native cryptography: BouncyCastle's numbers live on
/// the heap, some 60 KB for a signature and 140 KB for its check.
/// </summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests : IDisposable
{
    private const int WarmUps = 200;
    private const int Counted = 1000;
    private const string Text = "A hundred characters are about what people write to each other when they do not write a long letter.";

    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private readonly SeededRandom _random = SeededRandom.Fresh();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _random.Dispose();

    [Fact]
    public async Task Seal_V2Message_StaysBelowItsBound()
    {
        RequireNative();
        using var amal = await TestKeys.CreateAsync(_random);
        using var bola = await TestKeys.CreateAsync(_random);
        using var keys = Conversation(amal, bola);
        var content = CodecRegistry.Default.Encode(Text).ToByteArray();
        AssertBelow(3300, () => SealedMessageV2.Encode(amal, keys, content, 1, shouldPush: true, s_now, TestKeys.Provider));
    }

    [Fact]
    public async Task Open_V2Message_StaysBelowItsBound()
    {
        RequireNative();
        using var amal = await TestKeys.CreateAsync(_random);
        using var bola = await TestKeys.CreateAsync(_random);
        using var keys = Conversation(bola, amal);
        var message = SealedMessageV2.Encode(
            amal, keys, CodecRegistry.Default.Encode(Text).ToByteArray(), 1, shouldPush: true, s_now, TestKeys.Provider);
        AssertBelow(3900, () => Assert.True(SealedMessageV2.Open(message, keys, TestKeys.Provider).IsOpened));
    }

    [Fact]
    public void Decode_Text_StaysBelowItsBound()
    {
        var content = CodecRegistry.Default.Encode(Text).ToByteArray();
        AssertBelow(1250, () => CodecRegistry.Default.Decode(content));
    }

    [Fact]
    public async Task Stream_Envelopes_StayBelowTheirBound()
    {
        RequireNative();
        var network = new FakeNetwork();
        await using var alice = await TestAccount.StartAsync(network);
        await using var bob = await TestAccount.StartAsync(network);
        var conversation = await alice.Client.Conversations.NewConversationAsync(bob.Client.Address, cancellationToken: Token);
        await using var stream = await bob.Client.Conversations.StreamAllMessagesAsync(Token);
        var subscription = Assert.Single(bob.Transport.Subscriptions.Keys);
        await using var arriving = stream.GetAsyncEnumerator(Token);

        // Made before, and offered to the subscription directly: what is counted is the stream's own.
        var envelopes = new List<Envelope>();
        for (var i = 0; i < WarmUps + Counted; i++)
            envelopes.AddRange((await conversation.PrepareAsync(Text, cancellationToken: Token)).Envelopes);
        await TakeAsync(envelopes[..WarmUps]);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await TakeAsync(envelopes[WarmUps..]);
        AssertBelow(6000, (GC.GetTotalAllocatedBytes(precise: true) - before) / Counted);

        async Task TakeAsync(List<Envelope> some)
        {
            foreach (var envelope in some)
            {
                subscription.Offer(envelope);
                Assert.True(await arriving.MoveNextAsync());
            }
        }
    }

    private static ConversationKeys Conversation(PrivateKeyBundle self, PrivateKeyBundle peer) =>
        new(Topic.DirectMessageV2(new string('a', 64)), new byte[ConversationKeys.KeyMaterialLength], self.WalletAddress, peer.WalletAddress);

    private static void AssertBelow(long bound, Action once)
    {
        for (var i = 0; i < WarmUps; i++) once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Counted; i++) once();
        AssertBelow(bound, (GC.GetAllocatedBytesForCurrentThread() - before) / Counted);
    }

    private static void AssertBelow(long bound, long measured)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{measured} bytes, bound {bound}");
        Assert.InRange(measured, 1, bound);
    }

    private static void RequireNative()
    {
        if (TestKeys.Provider.Name != ManagedCryptoProvider.Instance.Name) return;
        if (Environment.GetEnvironmentVariable("XMTP_REQUIRE_NATIVE") == "1") Assert.Fail("libsecp256k1 is missing");
        Assert.Skip("Bounds are for native cryptography.");
    }
}
