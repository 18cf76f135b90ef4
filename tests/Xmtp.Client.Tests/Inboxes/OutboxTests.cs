using System.Collections.Concurrent;
using Xmtp.Client.Consent;
using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Inboxes;

public sealed class OutboxTests : IAsyncLifetime
{
    private readonly FakeNetwork _network = new();
    private TestAccount _alice = null!;
    private InboxDevice _bob = null!;
    private Conversation _conversation = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FakeTransport Wire => _bob.Account.Transport;

    public async ValueTask InitializeAsync()
    {
        _alice = await TestAccount.StartAsync(_network);
        _bob = await new InboxDevice(_network).StartAsync();
        _conversation = await _bob.Client.Conversations.NewConversationAsync(_alice.Client.Address, cancellationToken: Token);
        await _bob.Inbox.SyncAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _alice.DisposeAsync();
        await _bob.DisposeAsync();
    }

    [Fact]
    public async Task SendAsync_Online_IsStoredAtOnceAndSentOnce()
    {
        var message = await _bob.Inbox.SendAsync(_conversation, "hello", cancellationToken: Token);
        Assert.Equal(["hello"], await _bob.TextsAsync(_conversation));
        await EventuallyAsync(message, DeliveryState.Sent);
        Assert.Equal(["hello"], await ReceivedAsync());
        Assert.Equal(0, _bob.Inbox.List()[0].Unread);
        await Eventually.TrueAsync(() => _bob.Inbox.State.Unsent == 0, "nothing waits");
        await Eventually.TrueAsync(() => _bob.Client.Consent.StateOf(_alice.Client.Address) == ConsentState.Allowed, "the peer is allowed");
    }

    [Fact]
    public async Task SendAsync_Offline_IsDeliveredInOrderAfterARestart()
    {
        GoOffline(Wire);
        for (var i = 0; i < 5; i++) Assert.Equal(DeliveryState.Queued, (await _bob.Inbox.SendAsync(_conversation, $"{i}", cancellationToken: Token)).Delivery);
        Assert.Equal(5, _bob.Inbox.State.Unsent);
        await _bob.RestartAsync(GoOffline);
        var conversation = Assert.Single(_bob.Inbox.List()).Conversation;
        Assert.Equal(5, _bob.Inbox.State.Unsent);
        await _bob.Inbox.StartAsync(Token);
        await _bob.Inbox.SendAsync(conversation, "5", cancellationToken: Token);
        Assert.Empty(await ReceivedAsync());
        Wire.OnCall = null;
        await Eventually.TrueAsync(() => _bob.Inbox.State.Unsent == 0, "all are sent");
        string[] all = ["0", "1", "2", "3", "4", "5"];
        Assert.Equal(all, await ReceivedAsync());
        await _bob.Inbox.SyncAsync(Token);
        Assert.Equal(all, await _bob.TextsAsync(conversation));
    }

    [Fact]
    public async Task SendAsync_AnswersLostAndApplicationKilled_IsDeliveredOnce()
    {
        // The network takes each message, and its answer gets lost; the application ends before it knows.
        var taken = new TaskCompletionSource();
        Wire.OnAcknowledge = _ =>
        {
            taken.TrySetResult();
            throw new NodeException(ErrorCatalogue.Unavailable, "the answer got lost");
        };
        var message = await _bob.Inbox.SendAsync(_conversation, "once", cancellationToken: Token);
        await taken.Task.WaitAsync(Token);
        await _bob.RestartAsync();
        await _bob.Inbox.StartAsync(Token);
        await EventuallyAsync(message, DeliveryState.Sent);
        await _bob.Inbox.SyncAsync(Token);
        Assert.Equal(["once"], await ReceivedAsync());
        Assert.Equal(["once"], await _bob.TextsAsync(_bob.Inbox.List()[0].Conversation));
        Assert.True(_network.Published.Count(envelope => envelope.ContentTopic == _conversation.Topic.Value) > 1, "nothing was repeated");
    }

    [Fact]
    public async Task SendAsync_Refused_KeepsTheMessageUntilItIsRetriedOrDiscarded()
    {
        var changes = new ConcurrentQueue<DeliveryState>();
        _bob.Inbox.DeliveryChanged += (_, change) => changes.Enqueue(change.Message.Delivery);
        Wire.OnCall = static (call, _) => call == "Publish" ? throw new NodeException(ErrorCatalogue.WalletDenied, "denied") : Task.CompletedTask;
        var first = await _bob.Inbox.SendAsync(_conversation, "first", cancellationToken: Token);
        var second = await _bob.Inbox.SendAsync(_conversation, "second", cancellationToken: Token);
        await EventuallyAsync(first, DeliveryState.Refused);
        await EventuallyAsync(second, DeliveryState.Refused);
        await Eventually.TrueAsync(() => _bob.Inbox.State.Unsent == 0 && changes.Count == 2, "both are told");
        Assert.Equal(ErrorCatalogue.WalletDenied, (await _bob.Inbox.FindMessageAsync(first.Message.Id, Token))!.Refusal);
        Assert.Equal(0, _bob.Inbox.State.Unsent);

        await _bob.RestartAsync();
        await _bob.Inbox.StartAsync(Token);
        Assert.True(await _bob.Inbox.RetryAsync(first.Message.Id, Token));
        Assert.True(await _bob.Inbox.DiscardAsync(second.Message.Id, Token));
        Assert.False(await _bob.Inbox.DiscardAsync(second.Message.Id, Token));
        Assert.False(await _bob.Inbox.RetryAsync(second.Message.Id, Token));
        await EventuallyAsync(first, DeliveryState.Sent);
        Assert.Null((await _bob.Inbox.FindMessageAsync(first.Message.Id, Token))!.Refusal);
        Assert.Equal(["first"], await ReceivedAsync());
        Assert.Equal(["first"], await _bob.TextsAsync(_bob.Inbox.List()[0].Conversation));
        Assert.Equal(1, _bob.Inbox.List()[0].Messages);
        Assert.Equal([DeliveryState.Refused, DeliveryState.Refused], changes);
    }

    [Fact]
    public async Task DiscardAsync_LastMessage_ItsCursorIsNotUsedAgain()
    {
        Wire.OnCall = static (call, _) => call == "Publish" ? throw new NodeException(ErrorCatalogue.WalletDenied, "denied") : Task.CompletedTask;
        var refused = await _bob.Inbox.SendAsync(_conversation, "refused", cancellationToken: Token);
        await EventuallyAsync(refused, DeliveryState.Refused);
        Assert.True(await _bob.Inbox.DiscardAsync(refused.Message.Id, Token));
        await _bob.RestartAsync();

        // A reader that has passed the discarded message gets what comes after it.
        var stream = _bob.Inbox.StreamMessages(refused.Cursor, Token);
        await _bob.Inbox.SyncAsync(Token);
        await _bob.Inbox.SendAsync(_bob.Inbox.List()[0].Conversation, "next", cancellationToken: Token);
        Assert.Equal("next", Assert.Single(await stream.NextAsync(1)).Message.Content);
    }

    [Fact]
    public async Task SendAsync_TooLongOrEphemeral_IsRefusedBeforeItIsStored()
    {
        var failure = await Assert.ThrowsAsync<XmtpException>(() => _bob.Inbox.SendAsync(_conversation, new string('x', 2_000_000), cancellationToken: Token));
        Assert.Equal(ErrorCatalogue.MessageTooLong, failure.Code);
        await Assert.ThrowsAsync<ArgumentException>(() => _bob.Inbox.SendAsync(_conversation, "now", new SendOptions { Ephemeral = true }, Token));
        Assert.Empty(await _bob.TextsAsync(_conversation));
        Assert.Equal(0, _bob.Inbox.State.Unsent);
    }

    [Fact]
    public async Task SendAsync_OtherMessagesArriveMeanwhile_StreamBringsEachOnce()
    {
        var stream = _bob.Inbox.StreamMessages(cancellationToken: Token);
        var theirs = Assert.Single(await _alice.Client.Conversations.ListAsync(cancellationToken: Token));
        await Task.WhenAll(
            Task.Run(async () => { for (var i = 0; i < 50; i++) await _bob.Inbox.SendAsync(_conversation, $"mine {i}", cancellationToken: Token); }, Token),
            Task.Run(async () => { for (var i = 0; i < 50; i++) await theirs.SendAsync($"theirs {i}", Token); }, Token));
        var texts = (await stream.NextAsync(100)).Select(static message => (string)message.Message.Content!).ToArray();
        foreach (var who in new[] { "mine", "theirs" })
            Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{who} {i}"), texts.Where(text => text.StartsWith(who, StringComparison.Ordinal)));
        await Eventually.TrueAsync(() => _bob.Inbox.State.Unsent == 0, "all are sent");
        await _bob.Inbox.SyncAsync(Token);
        Assert.Equal(100, _bob.Inbox.List()[0].Messages);
    }

    private static void GoOffline(FakeTransport transport) =>
        transport.OnCall = static (_, _) => throw new NodeException(ErrorCatalogue.Unavailable, "no network");

    private async Task<string[]> ReceivedAsync()
    {
        var theirs = Assert.Single(await _alice.Client.Conversations.ListAsync(cancellationToken: Token));
        var texts = new List<string>();
        await foreach (var message in theirs.ListMessagesAsync(cancellationToken: Token)) texts.Add((string)message.Content!);
        return [.. texts];
    }

    private Task EventuallyAsync(InboxMessage message, DeliveryState expected) =>
        Eventually.EqualAsync(expected, async () => (await _bob.Inbox.FindMessageAsync(message.Message.Id, Token))!.Delivery);
}
