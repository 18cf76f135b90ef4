using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Client.Conversations;
using Xmtp.Client.Invitations;
using Xmtp.Client.Messages;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Conversations;

public sealed class ConversationListTests : IAsyncLifetime
{
    private readonly FakeNetwork _network = new();
    private TestAccount _alice = null!;
    private TestAccount _bob = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _alice = await TestAccount.StartAsync(_network);
        _bob = await TestAccount.StartAsync(_network);
    }

    public async ValueTask DisposeAsync()
    {
        await _alice.DisposeAsync();
        await _bob.DisposeAsync();
    }

    [Fact]
    public async Task ListAsync_V1AndV2_ComeOldestFirstAndOnce()
    {
        using var bobKeys = PrivateKeyBundle.Import(_bob.Client.ExportKeys(), CryptoProvider.Default);
        using var aliceKeys = PrivateKeyBundle.Import(_alice.Client.ExportKeys(), CryptoProvider.Default);
        var middle = await _bob.Client.Conversations.NewConversationAsync(_alice.Client.Address, new NewConversationOptions { ConversationId = "middle" }, Token);

        // V1 introductions repeat in each session; the earliest one dates the conversation.
        var earliestMs = (middle.CreatedNs / 1_000_000) - 5000;
        foreach (var laterMs in new ulong[] { 7000, 0, 3000 })
        {
            var message = SealedMessageV1.Encode(bobKeys, aliceKeys.PublicBundleV1, [], earliestMs + laterMs, CryptoProvider.Default);
            _network.Publish(Topic.Intro(_alice.Client.Address.ToString()), (earliestMs + laterMs) * 1_000_000, message);
        }

        var listed = await _alice.Client.Conversations.ListAsync(cancellationToken: Token);
        Assert.Equal([MessageVersion.V1, MessageVersion.V2], listed.Select(static conversation => conversation.Version));
        Assert.Equal(earliestMs * 1_000_000, listed[0].CreatedNs);
        Assert.Equal(listed, await _alice.Client.Conversations.ListAsync(cancellationToken: Token));
        Assert.Equal(listed, _alice.Client.Conversations.Known);
    }

    [Fact]
    public async Task ListAsync_PollutedTopics_SkipsAndReportsEveryPieceOfGarbage()
    {
        await _bob.Client.Conversations.NewConversationAsync(_alice.Client.Address, cancellationToken: Token);
        var good = _network.Stored(Topic.Invite(_alice.Client.Address.ToString())).Single();
        var random = SeededRandom.Fresh();
        Topic[] topics = [Topic.Invite(_alice.Client.Address.ToString()), Topic.Intro(_alice.Client.Address.ToString())];
        var garbage = 0;
        foreach (var topic in topics)
        {
            for (var i = 0; i < 60; i++, garbage++)
            {
                // Random bytes, and the real invitation with one bit turned or cut short.
                var bytes = i % 3 == 0 ? random.Bytes(random.Number(300) + 1) : good.Message.ToByteArray();
                if (i % 3 == 1) bytes[random.Number(bytes.Length)] ^= (byte)(1 << random.Number(8));
                if (i % 3 == 2) bytes = bytes[..random.Number(bytes.Length)];
                _network.Publish(topic, good.TimestampNs - 1 - (ulong)garbage, bytes.Length == 0 ? [0] : bytes);
            }
        }

        var listed = await _alice.Client.Conversations.ListAsync(cancellationToken: Token);
        Assert.True(listed.Count == 1, random.ToString());
        Assert.True(_alice.Dropped.All.Length == garbage, $"{_alice.Dropped.All.Length} of {garbage} reported; {random}");
    }

    [Fact]
    public async Task ListAsync_Again_FetchesOnlyWhatIsNew()
    {
        await _bob.Client.Conversations.NewConversationAsync(_alice.Client.Address, cancellationToken: Token);
        await _alice.Client.Conversations.ListAsync(cancellationToken: Token);
        await _bob.Client.Conversations.NewConversationAsync(_alice.Client.Address, new NewConversationOptions { ConversationId = "two" }, Token);
        Assert.Equal(2, (await _alice.Client.Conversations.ListAsync(cancellationToken: Token)).Count);
        Assert.All(_alice.Transport.Queries.TakeLast(2), static query => Assert.NotEqual(0UL, query.StartTimeNs));
        await _alice.Client.Conversations.ListAsync(reload: true, Token);
        Assert.All(_alice.Transport.Queries.TakeLast(2), static query => Assert.Equal(0UL, query.StartTimeNs));
    }

    [Fact]
    public async Task ListAsync_StrangerInvitesToTheTopicOfOthers_TakesNothingAway()
    {
        var real = await _bob.Client.Conversations.NewConversationAsync(_alice.Client.Address, cancellationToken: Token);
        await using var mallory = await TestAccount.StartAsync(_network);
        using var malloryKeys = PrivateKeyBundle.Import(mallory.Client.ExportKeys(), CryptoProvider.Default);
        using var aliceKeys = PrivateKeyBundle.Import(_alice.Client.ExportKeys(), CryptoProvider.Default);

        // Dated before the real one, so that it is read first.
        var forged = SealedInvitation.Seal(malloryKeys, aliceKeys.PublicBundle, real.Topic, RandomNumberGenerator.GetBytes(32), null, null, null, real.CreatedNs - 1, CryptoProvider.Default);
        _network.Publish(Topic.Invite(_alice.Client.Address.ToString()), real.CreatedNs - 1, forged);
        await real.SendAsync("still here", Token);

        var listed = await _alice.Client.Conversations.ListAsync(cancellationToken: Token);
        Assert.Equal([mallory.Client.Address, _bob.Client.Address], listed.Select(static conversation => conversation.Peer));
        Assert.Equal("still here", Assert.Single(await listed[1].ListMessagesAsync(cancellationToken: Token).ToListAsync(Token)).Content);
        Assert.Empty(await listed[0].ListMessagesAsync(cancellationToken: Token).ToListAsync(Token));

        var pushed = _alice.Client.Conversations.Decode(_network.Stored(real.Topic).Single());
        Assert.Equal(_bob.Client.Address, pushed?.Conversation.Peer);
    }

    [Fact]
    public async Task ListAsync_SamePeerChangesTheKey_KeepsTheFirst()
    {
        var real = await _bob.Client.Conversations.NewConversationAsync(_alice.Client.Address, cancellationToken: Token);
        using var bobKeys = PrivateKeyBundle.Import(_bob.Client.ExportKeys(), CryptoProvider.Default);
        using var aliceKeys = PrivateKeyBundle.Import(_alice.Client.ExportKeys(), CryptoProvider.Default);
        var second = SealedInvitation.Seal(bobKeys, aliceKeys.PublicBundle, real.Topic, RandomNumberGenerator.GetBytes(32), null, null, null, real.CreatedNs + 1, CryptoProvider.Default);
        _network.Publish(Topic.Invite(_alice.Client.Address.ToString()), real.CreatedNs + 1, second);
        Assert.Single(await _alice.Client.Conversations.ListAsync(cancellationToken: Token));
        Assert.Equal(DropReason.InvitationTopicTaken, Assert.Single(_alice.Dropped.All).Reason);
    }

    [Fact]
    public async Task ListAsync_ManyInvitations_OpensThemAll()
    {
        using var bobKeys = PrivateKeyBundle.Import(_bob.Client.ExportKeys(), CryptoProvider.Default);
        using var aliceKeys = PrivateKeyBundle.Import(_alice.Client.ExportKeys(), CryptoProvider.Default);
        for (var i = 1UL; i <= 230; i++)
        {
            var created = SealedInvitation.Create(bobKeys, aliceKeys.PublicBundle, $"example.com/{i}", null, null, i, CryptoProvider.Default);
            _network.Publish(Topic.Invite(_alice.Client.Address.ToString()), i, created.Bytes);
        }

        var listed = await _alice.Client.Conversations.ListAsync(cancellationToken: Token);
        Assert.Equal(Enumerable.Range(1, 230).Select(static i => $"example.com/{i}"), listed.Select(static conversation => conversation.ConversationId));
    }

    [Fact]
    public void Decode_EnvelopeOfNoConversation_GivesNothing() => Assert.Null(_alice.Client.Conversations.Decode(
        new Envelope { ContentTopic = Topic.DirectMessageV2("nowhere").Value, TimestampNs = 1, Message = ByteString.CopyFromUtf8("x") }));
}
