using Xmtp.Client.Consent;
using Xmtp.Client.Conversations;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Tests.Consent;

public sealed class ConsentPreferencesTests : IAsyncLifetime
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
    public async Task AllowAndDeny_AnotherDevice_SeesTheLastDecision()
    {
        var (bob, other) = (_bob.Client.Address, PrivateKeyWallet.Generate().Address);
        Assert.Equal(ConsentState.Unknown, _alice.Client.Consent.StateOf(bob));
        await _alice.Client.Consent.AllowAsync([bob, other], Token);
        await _alice.Client.Consent.DenyAsync(bob, Token);
        Assert.Equal((ConsentState.Denied, ConsentState.Allowed), (_alice.Client.Consent.StateOf(bob), _alice.Client.Consent.StateOf(other)));
        await using var device = await _alice.OnAnotherDeviceAsync();
        await device.Client.Consent.RefreshAsync(cancellationToken: Token);
        Assert.Equal((ConsentState.Denied, ConsentState.Allowed), (device.Client.Consent.StateOf(bob), device.Client.Consent.StateOf(other)));
        Assert.Equal(_alice.Client.Consent.Entries.Order(Comparer), device.Client.Consent.Entries.Order(Comparer));
    }

    [Fact]
    public async Task Decisions_ClockStandsStillOrGoesBack_GetLaterTimesAllTheSame()
    {
        var clock = TestAccount.Clock();
        await using var carol = await TestAccount.StartAsync(_network, clock);
        for (var i = 0; i < 4; i++) await carol.Client.Consent.AllowAsync(_bob.Client.Address, Token);
        await using var behind = await TestAccount.StartAsync(_network, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(clock.GetUtcNow().AddMinutes(-30)), carol.Wallet);
        await behind.Client.Consent.DenyAsync(_bob.Client.Address, Token);
        var times = ConsentEnvelopes().Select(static envelope => envelope.TimestampNs).ToArray();
        Assert.Equal(5, times.Length);
        Assert.Equal(times.Distinct().Order(), times);
        await carol.Client.Consent.RefreshAsync(cancellationToken: Token);
        Assert.Equal(ConsentState.Denied, carol.Client.Consent.StateOf(_bob.Client.Address));
    }

    [Fact]
    public async Task NewConversation_PeerUnknown_AllowsThem()
    {
        await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        Assert.Equal(ConsentState.Allowed, _alice.Client.Consent.StateOf(_bob.Client.Address));
        Assert.Equal(TopicKind.UserPreferences, Topic.Classify(_network.Published[^1].ContentTopic));
    }

    [Fact]
    public async Task SendAsync_PeerUnknown_AllowsThemAfterTheMessageAndOnce()
    {
        await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        var theirs = Assert.Single(await _bob.Client.Conversations.ListAsync(cancellationToken: Token));
        await theirs.SendAsync("one", Token);
        Assert.Equal([TopicKind.V2Conversation, TopicKind.UserPreferences], _network.Published.TakeLast(2).Select(static envelope => Topic.Classify(envelope.ContentTopic)));
        var count = _network.Published.Count;
        await theirs.SendAsync("two", Token);
        Assert.Equal(count + 1, _network.Published.Count);
    }

    [Fact]
    public async Task SendAsync_PeerDeniedOnAnotherDevice_StaysDenied()
    {
        await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        await _bob.Client.Consent.DenyAsync(_alice.Client.Address, Token);
        await using var device = await _bob.OnAnotherDeviceAsync();
        var conversation = Assert.Single(await device.Client.Conversations.ListAsync(cancellationToken: Token));
        await conversation.SendAsync("still no", Token);
        Assert.Equal(ConsentState.Denied, device.Client.Consent.StateOf(_alice.Client.Address));
        Assert.Single(ConsentEnvelopes(), envelope => envelope.TimestampNs > 0 && _bob.Transport.Publishes.Any(publish => publish.Request.Envelopes.Contains(envelope)));
    }

    [Fact]
    public async Task SendAsync_AllowingFails_IsNoFailureOfTheMessage()
    {
        await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        var theirs = Assert.Single(await _bob.Client.Conversations.ListAsync(cancellationToken: Token));
        _bob.Transport.OnCall = static (call, _) => call == "Query" ? throw new NodeException(ErrorCatalogue.TopicRestricted, "no") : Task.CompletedTask;
        await theirs.SendAsync("sent", Token);
        Assert.Equal(ConsentState.Unknown, _bob.Client.Consent.StateOf(_alice.Client.Address));
        Assert.Single(_network.Stored(theirs.Topic));
    }

    [Fact]
    public async Task ImplicitConsentOff_WritingToSomebody_SaysNothingAboutThem()
    {
        await using var carol = await TestAccount.StartAsync(_network, configure: static options => options with { ImplicitConsent = false });
        var conversation = await carol.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        await conversation.SendAsync("hello", Token);
        Assert.Empty(ConsentEnvelopes());
    }

    [Theory]
    [InlineData(true, ConsentState.Allowed)]
    [InlineData(false, ConsentState.Unknown)]
    public async Task RefreshAsync_ConversationWithAProof_AllowsItsPeerIfItIsValid(bool signedByReceiver, ConsentState state)
    {
        var proof = await ConsentProof.SignAsync(signedByReceiver ? _bob.Wallet : _alice.Wallet, _alice.Client.Address, TimeProvider.System, Token);
        await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, new NewConversationOptions { ConsentProof = proof }, Token);
        await _bob.Client.Consent.RefreshAsync(cancellationToken: Token);
        Assert.Equal(state, _bob.Client.Consent.StateOf(_alice.Client.Address));
    }

    [Fact]
    public async Task RefreshAsync_ProofOfSomebodyDenied_ChangesNothing()
    {
        await _bob.Client.Consent.DenyAsync(_alice.Client.Address, Token);
        var proof = await ConsentProof.SignAsync(_bob.Wallet, _alice.Client.Address, TimeProvider.System, Token);
        await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, new NewConversationOptions { ConsentProof = proof }, Token);
        await _bob.Client.Consent.RefreshAsync(cancellationToken: Token);
        Assert.Equal(ConsentState.Denied, _bob.Client.Consent.StateOf(_alice.Client.Address));
    }

    [Fact]
    public async Task RefreshAsync_ForeignEntries_AreSkippedAndReported()
    {
        await _bob.Client.Consent.AllowAsync(_alice.Client.Address, Token);
        var mine = ConsentEnvelopes().Single();
        _network.Publish(new Topic(mine.ContentTopic), mine.TimestampNs + 1, "garbage"u8);
        await using var device = await _bob.OnAnotherDeviceAsync();
        await device.Client.Consent.RefreshAsync(cancellationToken: Token);
        Assert.Equal(ConsentState.Allowed, device.Client.Consent.StateOf(_alice.Client.Address));
        Assert.Equal(mine.TimestampNs + 1, Assert.Single(device.Dropped.All).TimestampNs);
    }

    [Fact]
    public async Task StreamAsync_DecisionOnAnotherDevice_Arrives()
    {
        await using var device = await _bob.OnAnotherDeviceAsync();
        await using var stream = await device.Client.Consent.StreamAsync(Token);
        await _bob.Client.Consent.DenyAsync(_alice.Client.Address, Token);
        var change = Assert.Single(Assert.Single(await stream.NextAsync(1)).Changed);
        Assert.Equal((new ConsentEntry(_alice.Client.Address), ConsentState.Denied), (change.Key, change.Value));
        Assert.Equal(ConsentState.Denied, device.Client.Consent.StateOf(_alice.Client.Address));
    }

    private static Comparer<KeyValuePair<ConsentEntry, ConsentState>> Comparer { get; } =
        Comparer<KeyValuePair<ConsentEntry, ConsentState>>.Create(static (left, right) => string.CompareOrdinal(left.Key.Value, right.Key.Value));

    private IEnumerable<Protocol.MessageApi.V1.Envelope> ConsentEnvelopes() =>
        _network.Published.Where(static envelope => Topic.Classify(envelope.ContentTopic) == TopicKind.UserPreferences);
}
