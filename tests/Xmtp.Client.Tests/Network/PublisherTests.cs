using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Network;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Network;

public sealed class PublisherTests : IAsyncLifetime
{
    private static readonly Topic Somewhere = Topic.DirectMessageV2("x");
    private readonly FakeTimeProvider _clock = TestAccount.Clock();
    private readonly FakeTransport _transport = new(new FakeNetwork());
    private PrivateKeyBundle _keys = null!;
    private Retries _retries = null!;
    private Publisher _publisher = null!;

    public async ValueTask InitializeAsync()
    {
        using var wallet = PrivateKeyWallet.Generate();
        _keys = await PrivateKeyBundle.CreateAsync(wallet, _clock, CryptoProvider.Default);
        _retries = new Retries(new RetryPolicy(), _clock, new SeededRandom(1), NullLogger.Instance);
        _publisher = PublisherOf(AckLevel.Local);
    }

    public ValueTask DisposeAsync()
    {
        _keys.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task PublishAsync_WithinTheTokensLife_UsesOneToken()
    {
        await _publisher.PublishAsync([Envelope()], default);
        _clock.Advance(TimeSpan.FromSeconds(3589));
        await _publisher.PublishAsync([Envelope()], default);
        Assert.Single(_transport.Publishes.Select(static publish => publish.Authorization).Distinct());
        Assert.Equal(_keys.WalletAddress, new PublishTokenVerifier(CryptoProvider.Default, _clock).Verify(_transport.Publishes.First().Authorization));
    }

    [Fact]
    public async Task PublishAsync_AfterTheTokensLife_MakesAnother()
    {
        await _publisher.PublishAsync([Envelope()], default);
        _clock.Advance(TimeSpan.FromSeconds(3590));
        await _publisher.PublishAsync([Envelope()], default);
        Assert.Equal(2, _transport.Publishes.Select(static publish => publish.Authorization).Distinct().Count());
    }

    [Fact]
    public async Task PublishAsync_TokenRefused_TriesOnceWithANewOneAndTheSameTimes()
    {
        _transport.FailNext("Publish", Refusal());
        var publishing = _publisher.PublishAsync([Envelope()], default);
        await _clock.RunAsync(publishing);
        var publishes = _transport.Publishes.ToArray();
        Assert.Equal(2, publishes.Length);
        Assert.Equal(publishes[0].Request, publishes[1].Request);
        Assert.Single(_transport.Network.Published);
    }

    [Fact]
    public async Task PublishAsync_TokenRefusedTwice_Fails()
    {
        _transport.FailNext("Publish", Refusal(), Refusal(), Refusal());
        var failure = await Assert.ThrowsAsync<NodeException>(() => _clock.RunAsync(_publisher.PublishAsync([Envelope()], default)));
        Assert.Equal(ErrorCatalogue.Unauthenticated, failure.Code);
        Assert.Equal(2, _transport.Publishes.Count);
    }

    [Fact]
    public async Task PublishAsync_LostConnection_RepeatsTheSameRequest()
    {
        _transport.FailNext("Publish", new NodeException(ErrorCatalogue.Unavailable, "gone"), new NodeException(ErrorCatalogue.DeadlineExceeded, "late"));
        await _clock.RunAsync(_publisher.PublishAsync([Envelope()], default));
        Assert.Equal(3, _transport.Publishes.Count);
        Assert.Single(_transport.Publishes.Select(static publish => publish.Request).Distinct());
    }

    [Fact]
    public async Task PublishAsync_LevelAsked_TellsWhatWasReached()
    {
        _transport.OnAcknowledge = static asked => AckLevel.Peers(asked.PeerCount + 1);
        Assert.Equal(AckLevel.Peers(3), await PublisherOf(AckLevel.Peers(2)).PublishAsync([Envelope()], default));
        Assert.Equal([AckLevel.Peers(2)], _transport.AskedLevels);
    }

    [Fact]
    public async Task PublishAsync_LevelNotReached_FailsAtOnceAndMayBeRepeated()
    {
        _transport.FailNext("Publish", new NodeException(ErrorCatalogue.AcknowledgementNotReached, "alone") { Reached = AckLevel.Peers(1) });
        var publisher = PublisherOf(AckLevel.Peers(2));
        var failure = await Assert.ThrowsAsync<NodeException>(() => publisher.PublishAsync([Envelope()], default));
        Assert.Equal((AckLevel.Peers(1), true), (failure.Reached, failure.IsRetryable));
        Assert.Single(_transport.Publishes);
        _transport.OnAcknowledge = static asked => asked;
        Assert.Equal(AckLevel.Peers(2), await publisher.PublishAsync([Envelope()], default));
    }

    [Fact]
    public async Task PublishAsync_NodeDoesNotSayWhatWasReached_FailsAndSaysThatItIsStored()
    {
        var failure = await Assert.ThrowsAsync<XmtpException>(() => PublisherOf(AckLevel.Peers(1)).PublishAsync([Envelope()], default));
        Assert.Equal((ErrorCatalogue.AcknowledgementUnknown, false), (failure.Code, failure.IsRetryable));
        Assert.Contains("is stored at one node", failure.Message, StringComparison.Ordinal);
        Assert.Single(_transport.Network.Published);
    }

    [Fact]
    public async Task PublishAsync_Ephemeral_AsksForNoOtherNodes()
    {
        var envelope = Publisher.Envelope(Somewhere.ToEphemeral(), 1, new byte[] { 1 });
        await PublisherOf(AckLevel.Peers(2)).PublishAsync([envelope], default);
        Assert.Equal([AckLevel.Local], _transport.AskedLevels);
    }

    public static TheoryData<Envelope, string> Refused => new()
    {
        { new Envelope { ContentTopic = "", TimestampNs = 1, Message = ByteString.CopyFromUtf8("m") }, ErrorCatalogue.MalformedRequest.Id },
        { new Envelope { ContentTopic = "t", TimestampNs = 1 }, ErrorCatalogue.MalformedRequest.Id },
        { new Envelope { ContentTopic = new string('é', 151), TimestampNs = 1, Message = ByteString.CopyFromUtf8("m") }, ErrorCatalogue.TopicTooLong.Id },
        { new Envelope { ContentTopic = "t", TimestampNs = 1, Message = ByteString.CopyFrom(new byte[Limits.MessageLengthMaxBytes + 1]) }, ErrorCatalogue.MessageTooLong.Id },
        { new Envelope { ContentTopic = "t", TimestampNs = 1UL << 63, Message = ByteString.CopyFromUtf8("m") }, ErrorCatalogue.TimestampOutOfRange.Id },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task PublishAsync_EnvelopeBeyondALimit_IsRefusedBeforeAnythingIsSent(Envelope envelope, string code)
    {
        var failure = await Assert.ThrowsAsync<XmtpException>(() => _publisher.PublishAsync([Envelope(), envelope], default));
        Assert.Equal(code, failure.Code.Id);
        Assert.Empty(_transport.Calls);
    }

    private Publisher PublisherOf(AckLevel level) => new(new NodeConnection(_transport, _retries), _keys, level, _clock, NullLogger.Instance);

    private static NodeException Refusal() => new(ErrorCatalogue.Unauthenticated, "token expired");

    private Envelope Envelope() => Publisher.Envelope(Somewhere, UnixTime.ToNanoseconds(_clock.GetUtcNow()), new byte[] { 1, 2, 3 });
}
