using Xmtp.Client.Conversations;
using Xmtp.Client.Messages;
using Xmtp.Client.Push;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.ContentTypes;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Tests.Conversations;

public sealed class MessageTests : IAsyncLifetime
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

    [Theory]
    [InlineData(MessageVersion.V1)]
    [InlineData(MessageVersion.V2)]
    public async Task SendAsync_TextAndReply_IsReadByBoth(MessageVersion version)
    {
        var (mine, theirs) = await PairAsync(version);
        var sent = await mine.SendAsync("hello", Token);
        var reply = await theirs.SendAsync("and back", new SendOptions { Timestamp = sent.Sent.AddSeconds(1) }, Token);
        foreach (var conversation in new[] { mine, theirs })
        {
            var messages = await ListAsync(conversation);
            Assert.Equal(["hello", "and back"], messages.Select(static message => message.Content));
            Assert.Equal([sent.Id, reply.Id], messages.Select(static message => message.Id));
            Assert.Equal([_alice.Client.Address, _bob.Client.Address], messages.Select(static message => message.Sender));
            Assert.Equal([sent.SentNs, reply.SentNs], messages.Select(static message => message.SentNs));
            Assert.All(messages, message => Assert.Same(conversation, message.Conversation));
        }

        Assert.True(sent.IsFromSelf);
        Assert.False((await ListAsync(mine))[1].IsFromSelf);
        Assert.DoesNotContain("hello", sent.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_FirstV1Message_IntroducesBothAndLaterOnesDoNot()
    {
        var (mine, theirs) = await PairAsync(MessageVersion.V1);
        await mine.SendAsync("first", Token);
        await mine.SendAsync("second", Token);
        var requests = _alice.Transport.Publishes.Select(static publish => publish.Request)
            .Where(static request => request.Envelopes.Any(static envelope => Topic.Classify(envelope.ContentTopic) == TopicKind.V1Conversation)).ToArray();
        Assert.Equal(
            [Topic.Intro(_bob.Client.Address.ToString()).Value, Topic.Intro(_alice.Client.Address.ToString()).Value, mine.Topic.Value],
            requests[0].Envelopes.Select(static envelope => envelope.ContentTopic));
        Assert.Single(requests[0].Envelopes.Select(static envelope => (envelope.Message, envelope.TimestampNs)).Distinct());
        Assert.Equal(mine.Topic.Value, Assert.Single(requests[1].Envelopes).ContentTopic);
        Assert.Equal(0UL, requests[0].Envelopes[0].TimestampNs % 1_000_000);
        Assert.Equal(2, (await ListAsync(theirs)).Count);
    }

    [Fact]
    public async Task SendAsync_FirstV1MessageFails_IntroducesAgain()
    {
        var (mine, _) = await PairAsync(MessageVersion.V1);
        _alice.Transport.FailNext("Publish", new NodeException(ErrorCatalogue.WalletDenied, "no"));
        await Assert.ThrowsAsync<NodeException>(() => mine.SendAsync("first", Token));
        await mine.SendAsync("first", Token);
        Assert.Equal(2, _alice.Transport.Publishes.Count(static publish => publish.Request.Envelopes.Count == 3));
    }

    [Theory]
    [InlineData(MessageVersion.V1)]
    [InlineData(MessageVersion.V2)]
    public async Task SendAsync_QuickSuccession_ListsInTheOrderSent(MessageVersion version)
    {
        var (mine, theirs) = await PairAsync(version);
        string[] texts = [.. Enumerable.Range(0, 25).Select(static i => $"message {i}")];
        foreach (var text in texts) await mine.SendAsync(text, Token);
        Assert.Equal(texts, (await ListAsync(theirs)).Select(static message => message.Content));
        Assert.Equal(texts.Reverse(), (await ListAsync(theirs, new ListMessagesOptions { NewestFirst = true, PageSize = 4 })).Select(static message => message.Content));
        Assert.Equal(texts[..7], (await ListAsync(theirs, new ListMessagesOptions { Limit = 7, PageSize = 3 })).Select(static message => message.Content));
        Assert.Empty(await ListAsync(theirs, new ListMessagesOptions { Limit = 0 }));
    }

    [Fact]
    public async Task ListMessagesAsync_StartAndEnd_IncludesTheMessagesShownWithThoseTimes()
    {
        var (mine, theirs) = await PairAsync(MessageVersion.V2);
        for (var i = 0; i < 5; i++) await mine.SendAsync($"{i}", Token);
        var all = await ListAsync(theirs);
        var options = new ListMessagesOptions { Start = all[1].Sent, End = all[3].Sent };
        Assert.Equal(["1", "2", "3"], (await ListAsync(theirs, options)).Select(static message => message.Content));
    }

    [Fact]
    public async Task ListMessagesAsync_GarbageAndRepeats_AreLeftOutAndReported()
    {
        var (mine, theirs) = await PairAsync(MessageVersion.V2);
        await mine.SendAsync("good", Token);
        var good = _network.Stored(mine.Topic).Single();
        _network.Publish(mine.Topic, good.TimestampNs + 1, good.Message.Span);
        _network.Publish(mine.Topic, good.TimestampNs + 2, "garbage"u8);
        var altered = good.Message.ToByteArray();
        altered[altered.Length / 2] ^= 1;
        _network.Publish(mine.Topic, good.TimestampNs + 3, altered);
        Assert.Equal("good", Assert.Single(await ListAsync(theirs)).Content);
        Assert.Equal(2, _bob.Dropped.All.Length);
        Assert.Contains(_bob.Dropped.All, dropped => dropped.Reason == DropReason.Malformed && dropped.Topic == mine.Topic && dropped.TimestampNs == good.TimestampNs + 2);
    }

    [Fact]
    public async Task PrepareAsync_ThenSend_KeepsIdAndTimeAndMayBeRepeated()
    {
        var (mine, theirs) = await PairAsync(MessageVersion.V2);
        var prepared = await mine.PrepareAsync("prepared", cancellationToken: Token);
        Assert.Empty(await ListAsync(theirs));
        await prepared.SendAsync(Token);
        await prepared.SendAsync(Token);
        var message = Assert.Single(await ListAsync(theirs));
        Assert.Equal((prepared.Id, prepared.Sent), (message.Id, message.Sent));
        Assert.Single(_network.Stored(mine.Topic));
    }

    [Theory]
    [InlineData(MessageVersion.V1)]
    [InlineData(MessageVersion.V2)]
    public async Task SendAsync_Timestamp_IsTheMessagesAndTheEnvelopesTime(MessageVersion version)
    {
        var (mine, theirs) = await PairAsync(version);
        var time = new DateTimeOffset(2023, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
        await mine.SendAsync("then", new SendOptions { Timestamp = time }, Token);
        Assert.Equal(time, Assert.Single(await ListAsync(theirs)).Sent);
        Assert.Equal(UnixTime.ToNanoseconds(time), _network.Stored(mine.Topic).Single().TimestampNs);
    }

    [Fact]
    public async Task SendAsync_Compressed_TravelsSmallerAndReadsTheSame()
    {
        var (mine, theirs) = await PairAsync(MessageVersion.V2);
        var text = new string('a', 900);
        await mine.SendAsync(text, Token);
        await mine.SendAsync(text, new SendOptions { Compression = Proto.Compression.Gzip }, Token);
        var messages = await ListAsync(theirs);
        Assert.Equal([text, text], messages.Select(static message => message.Content));
        var stored = _network.Stored(mine.Topic);
        Assert.True(stored[1].Message.Length < stored[0].Message.Length - 700);
        Assert.True(messages[1].Encoded.HasCompression);
    }

    [Fact]
    public async Task SendAsync_TypeThatThePeerDoesNotKnow_BringsFallbackAndError()
    {
        await using var plain = await TestAccount.StartAsync(_network, configure: static options => options with { Codecs = new CodecRegistry([new TextCodec()]) });
        var mine = await _alice.Client.Conversations.NewConversationAsync(plain.Client.Address, cancellationToken: Token);
        await mine.SendAsync(new Reaction { Reference = "0123", Content = "👍" }, Token);
        var theirs = Assert.Single(await plain.Client.Conversations.ListAsync(cancellationToken: Token));
        var message = Assert.Single(await ListAsync(theirs));
        Assert.Null(message.Content);
        Assert.Equal("unknown content type xmtp.org/reaction:1.0", message.Error);
        Assert.Contains("👍", message.Fallback, StringComparison.Ordinal);

        // What cannot be shown can be passed on.
        await theirs.SendAsync(message.Encoded, Token);
        Assert.True((await ListAsync(mine))[1].TryGet<Reaction>(out var reaction) && reaction.Content == "👍");
    }

    [Fact]
    public async Task SendAsync_NoCodec_FailsBeforeAnythingIsSent()
    {
        var (mine, _) = await PairAsync(MessageVersion.V2);
        var failure = await Assert.ThrowsAsync<XmtpException>(() => mine.SendAsync(new Uri("https://example.com"), Token));
        Assert.Equal(ErrorCatalogue.ContentUnsupported, failure.Code);
        Assert.Empty(_network.Stored(mine.Topic));
    }

    [Fact]
    public async Task SendAsync_TooLong_FailsBeforeAnythingIsSent()
    {
        var (mine, _) = await PairAsync(MessageVersion.V2);
        var failure = await Assert.ThrowsAsync<XmtpException>(() => mine.SendAsync(new string('x', Limits.MessageLengthMaxBytes), Token));
        Assert.Equal(ErrorCatalogue.MessageTooLong, failure.Code);
        Assert.Empty(_network.Stored(mine.Topic));
    }

    [Theory]
    [InlineData(MessageVersion.V1)]
    [InlineData(MessageVersion.V2)]
    public async Task SendAsync_Ephemeral_ReachesWhoListensAndIsNotStored(MessageVersion version)
    {
        var (mine, theirs) = await PairAsync(version);
        await mine.SendAsync("introduced", Token);
        await using var stream = await theirs.StreamEphemeralMessagesAsync(Token);
        await mine.SendAsync("typing", new SendOptions { Ephemeral = true }, Token);
        var message = Assert.Single(await stream.NextAsync(1));
        Assert.Equal("typing", message.Content);
        Assert.True(message.IsEphemeral);
        Assert.Single(await ListAsync(theirs));
        Assert.Empty(_network.Stored(mine.Topic.ToEphemeral()));
    }

    [Fact]
    public async Task PushKeys_V2_VerifyWhatThisAccountSent()
    {
        var (mine, theirs) = await PairAsync(MessageVersion.V2);
        await mine.SendAsync("mine", Token);
        var envelope = _network.Stored(mine.Topic).Single();
        Assert.Equal(PushDecision.SentByUser, PushFilter.Decide(envelope.Message.Span, mine.PushKeys()));
        Assert.Equal(PushDecision.Notify, PushFilter.Decide(envelope.Message.Span, theirs.PushKeys()));
        Assert.Equal("mine", theirs.Decode(envelope)?.Content);
    }

    private static ValueTask<List<DecodedMessage>> ListAsync(Conversation conversation, ListMessagesOptions? options = null) =>
        conversation.ListMessagesAsync(options, Token).ToListAsync(Token);

    /// <summary>The same conversation as both sides have it.</summary>
    private async Task<(Conversation Mine, Conversation Theirs)> PairAsync(MessageVersion version)
    {
        if (version == MessageVersion.V1)
        {
            using var keys = PrivateKeyBundle.Import(_bob.Client.ExportKeys(), CryptoProvider.Default);
            var later = UnixTime.ToNanoseconds(TimeProvider.System.GetUtcNow().AddMinutes(1));
            _network.Publish(Topic.Contact(_bob.Client.Address.ToString()), later, ContactBundle.EncodeV1(keys.PublicBundleV1));
            using var mine = PrivateKeyBundle.Import(_alice.Client.ExportKeys(), CryptoProvider.Default);
            _network.Publish(Topic.Contact(_alice.Client.Address.ToString()), later, ContactBundle.EncodeV1(mine.PublicBundleV1));
        }

        var conversation = await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        Assert.Equal(version, conversation.Version);
        return (conversation, await _bob.Client.Conversations.NewConversationAsync(_alice.Client.Address, cancellationToken: Token));
    }
}
