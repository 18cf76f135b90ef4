using System.Text;
using Xmtp.Client.Consent;
using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;
using Xmtp.Client.Storage;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Inboxes;

public sealed class InboxTests : IAsyncLifetime
{
    private readonly FakeNetwork _network = new();
    private TestAccount _alice = null!;
    private InboxDevice _bob = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _alice = await TestAccount.StartAsync(_network);
        _bob = await new InboxDevice(_network).StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _alice.DisposeAsync();
        await _bob.DisposeAsync();
    }

    [Fact]
    public async Task SyncAsync_NewDevice_HoldsAllConversationsAndMessagesInOrder()
    {
        var work = await NewConversationAsync("work");
        var home = await NewConversationAsync("home");
        for (var i = 0; i < 150; i++) await (i % 3 == 0 ? home : work).SendAsync($"{i}", Token);
        await _bob.Inbox.SyncAsync(Token);
        var items = _bob.Inbox.List();
        Assert.Equal(["work", "home"], items.Select(static item => item.Conversation.ConversationId));
        Assert.Equal([100L, 50L], items.Select(static item => item.Messages));
        Assert.Equal([100L, 50L], items.Select(static item => item.Unread));
        Assert.Equal(Enumerable.Range(0, 150).Where(static i => i % 3 != 0).Select(static i => $"{i}"), await _bob.TextsAsync(items[0].Conversation));
        Assert.Equal(Enumerable.Range(0, 150).Where(static i => i % 3 == 0).Select(static i => $"{i}"), await _bob.TextsAsync(items[1].Conversation));
    }

    [Fact]
    public async Task StartAsync_MessagesArriveLive_AreStoredOnce()
    {
        await _bob.Inbox.SyncAsync(Token);
        var sent = await NewConversationAsync("live");
        for (var i = 0; i < 20; i++) await sent.SendAsync($"{i}", Token);
        await Eventually.TrueAsync(() => _bob.Inbox.List() is [{ Messages: 20 }], "all are stored");
        await _bob.Inbox.SyncAsync(Token);
        Assert.Equal(Enumerable.Range(0, 20).Select(static i => $"{i}"), await _bob.TextsAsync(_bob.Inbox.List()[0].Conversation));
    }

    [Fact]
    public async Task Changed_ConversationMessageMarkAndDecision_IsToldEachTime()
    {
        await _bob.Inbox.SyncAsync(Token);
        var told = 0;
        _bob.Inbox.Changed += (_, _) => Interlocked.Increment(ref told);
        var sent = await NewConversationAsync("live");
        await Eventually.TrueAsync(() => Volatile.Read(ref told) > 0 && _bob.Inbox.List().Count == 1, "the conversation to be told");
        await ToldOnceMoreAsync(() => sent.SendAsync("one", Token));
        await Eventually.TrueAsync(() => _bob.Inbox.List() is [{ Unread: 1 }], "the message is stored");
        await ToldOnceMoreAsync(() => _bob.Inbox.MarkReadAsync(_bob.Inbox.List()[0].Conversation, Token));
        await ToldOnceMoreAsync(() => _bob.Client.Consent.AllowAsync(_alice.Client.Address, Token));

        async Task ToldOnceMoreAsync(Func<Task> change)
        {
            var before = Volatile.Read(ref told);
            await change();
            await Eventually.TrueAsync(() => Volatile.Read(ref told) > before, "the change to be told");
        }
    }

    [Fact]
    public async Task OpenAsync_NetworkGone_EverythingIsThere()
    {
        var sent = await NewConversationAsync("a", new Dictionary<string, string> { ["title"] = "Lunch" });
        await sent.SendAsync("one", Token);
        await sent.SendAsync("two", Token);
        await _bob.Client.Consent.AllowAsync(_alice.Client.Address, Token);
        await _bob.Inbox.SyncAsync(Token);
        await _bob.Inbox.MarkReadAsync(_bob.Inbox.List()[0].Conversation, Token);
        await sent.SendAsync("three", Token);
        await Eventually.TrueAsync(() => _bob.Inbox.List() is [{ Messages: 3 }], "the third is stored");

        await _bob.RestartAsync(Offline);
        Assert.Empty(_bob.Account.Transport.Calls);
        var item = Assert.Single(_bob.Inbox.List());
        Assert.Equal((3L, 1L, ConsentState.Allowed), (item.Messages, item.Unread, item.Consent));
        Assert.Equal(("a", "Lunch", _alice.Client.Address), (item.Conversation.ConversationId, item.Conversation.Metadata["title"], item.Conversation.Peer));
        Assert.Equal(["one", "two", "three"], await _bob.TextsAsync(item.Conversation));
        Assert.Equal(InboxPhase.Stopped, _bob.Inbox.State.Phase);
        await _bob.Inbox.StartAsync(Token);
        await Eventually.TrueAsync(() => _bob.Inbox.State is { Phase: InboxPhase.Offline, Error: NodeException }, "it says that it is offline");
    }

    [Fact]
    public async Task SyncAsync_Restarted_FetchesOnlyWhatIsNew()
    {
        var clock = TestAccount.Clock();
        await using var device = await new InboxDevice(_network, clock).StartAsync();
        await using var peer = await TestAccount.StartAsync(_network, clock);
        var sent = await peer.Client.Conversations.NewConversationAsync(device.Wallet.Address, cancellationToken: Token);
        for (var i = 0; i < 250; i++) await sent.SendAsync($"{i}", Token);
        clock.Advance(TimeSpan.FromHours(1));
        await sent.SendAsync("last", Token);
        await device.Inbox.SyncAsync(Token);
        await device.StopAsync();

        clock.Advance(TimeSpan.FromHours(1));
        await sent.SendAsync("new", Token);
        var fetched = 0;
        await device.StartAsync(transport => transport.OnAnswer = (_, answer) =>
        {
            Interlocked.Add(ref fetched, answer.Envelopes.Count);
            return answer;
        });
        await device.Inbox.SyncAsync(Token);
        Assert.Equal(252, device.Inbox.List()[0].Messages);
        Assert.Equal("new", (await device.TextsAsync(device.Inbox.List()[0].Conversation))[^1]);


        // With the invitation and the last message once more, for clocks that differ.
        Assert.Equal(3, fetched);
    }

    [Fact]
    public async Task SyncAsync_StoppedInTheMiddle_GoesOnAndMissesNothing()
    {
        for (var i = 0; i < 12; i++)
        {
            var sent = await NewConversationAsync($"c{i}");
            for (var j = 0; j < 110; j++) await sent.SendAsync($"{j}", Token);
        }

        // Each start gets a few answers more than the one before; then the network goes silent, and the application is closed.
        var stopped = 0;
        for (var answers = 3; answers < 30; answers += 4)
        {
            var left = answers;
            var silent = new TaskCompletionSource();
            await _bob.RestartAsync(transport => transport.OnCall = async (_, token) =>
            {
                if (Interlocked.Decrement(ref left) >= 0) return;
                silent.TrySetResult();
                await new TaskCompletionSource().Task.WaitAsync(token);
            });
            var complete = _bob.Inbox.SyncAsync(Token);
            if (await Task.WhenAny(silent.Task, complete) == complete) break;
            stopped++;
        }

        Assert.InRange(stopped, 2, 10);

        await _bob.RestartAsync();
        await _bob.Inbox.SyncAsync(Token);
        Assert.Equal(12, _bob.Inbox.List().Count);
        foreach (var item in _bob.Inbox.List()) Assert.Equal(Enumerable.Range(0, 110).Select(static i => $"{i}"), await _bob.TextsAsync(item.Conversation));
    }

    [Fact]
    public async Task StreamMessages_SlowReaderAndRestart_GoesOnAfterTheCursor()
    {
        var sent = await NewConversationAsync("stream");
        await _bob.Inbox.SyncAsync(Token);
        var handled = new List<string>();
        for (var run = 0; run < 3; run++)
        {
            for (var i = 0; i < 100; i++) await sent.SendAsync($"{(run * 100) + i}", Token);
            await Eventually.TrueAsync(() => _bob.Inbox.List() is [{ Messages: var count }] && count == (run + 1) * 100, "all are stored");
            await foreach (var message in _bob.Inbox.StreamMessages(await _bob.Inbox.ReadCursorAsync("reader", Token) ?? InboxCursor.Beginning, Token))
            {
                handled.Add((string)message.Message.Content!);
                await _bob.Inbox.SaveCursorAsync("reader", message.Cursor, Token);
                if (handled.Count == (run * 100) + 70) break;
            }

            await _bob.RestartAsync();
            await _bob.Inbox.SyncAsync(Token);
        }

        Assert.Equal(Enumerable.Range(0, 270).Select(static i => $"{i}"), handled);
        Assert.True(await _bob.Inbox.ReadCursorAsync("reader", Token) < _bob.Inbox.End);
        Assert.Null(await _bob.Inbox.ReadCursorAsync("another", Token));
        Assert.True(_bob.Inbox.IsDurable);
        Assert.False(_alice.Client.Inbox.IsDurable);
    }

    [Fact]
    public async Task StreamMessages_NoCursor_BringsWhatComesFromTheCallOn()
    {
        var sent = await NewConversationAsync("stream");
        await sent.SendAsync("before", Token);
        await _bob.Inbox.SyncAsync(Token);
        var stream = _bob.Inbox.StreamMessages(cancellationToken: Token);
        await sent.SendAsync("after", Token);
        Assert.Equal("after", Assert.Single(await stream.NextAsync(1)).Message.Content);
    }

    [Fact]
    public async Task MarkReadAsync_MessageFromTheFuture_LeavesLaterOnesUnread()
    {
        var sent = await NewConversationAsync("future");
        await sent.SendAsync("from the future", new SendOptions { Timestamp = TimeProvider.System.GetUtcNow().AddYears(10) }, Token);
        await _bob.Inbox.SyncAsync(Token);
        await _bob.Inbox.MarkReadAsync(_bob.Inbox.List()[0].Conversation, Token);
        Assert.Equal(0, _bob.Inbox.List()[0].Unread);
        await sent.SendAsync("now", Token);
        await Eventually.TrueAsync(() => _bob.Inbox.List()[0].Messages == 2, "it is stored");
        Assert.Equal(1, _bob.Inbox.List()[0].Unread);
    }

    [Fact]
    public async Task FindMessageAsync_KnownAndUnknownId_FindsTheFirst()
    {
        var sent = await NewConversationAsync("find");
        var message = await sent.SendAsync("here", Token);
        await _bob.Inbox.SyncAsync(Token);
        var found = await _bob.Inbox.FindMessageAsync(message.Id, Token);
        Assert.Equal(("here", message.SentNs, _alice.Client.Address), (found!.Message.Content, found.Message.SentNs, found.Message.Sender));
        Assert.Null(await _bob.Inbox.FindMessageAsync(Client.Messages.MessageId.FromMessage("other"u8), Token));
    }

    [Fact]
    public async Task ReadMessagesAsync_RangesAndOrders_AreThoseOfTheNetwork()
    {
        var sent = await NewConversationAsync("range");
        for (var i = 0; i < 30; i++) await sent.SendAsync($"{i}", new SendOptions { Timestamp = DateTimeOffset.UnixEpoch.AddSeconds(1000 + i) }, Token);
        await _bob.Inbox.SyncAsync(Token);
        var conversation = _bob.Inbox.List()[0].Conversation;
        foreach (var options in new ListMessagesOptions[]
        {
            new() { PageSize = 7 }, new() { NewestFirst = true, PageSize = 7 }, new() { Limit = 10 }, new() { Limit = 10, NewestFirst = true, PageSize = 3 }, new() { Limit = 0 },
            new() { Start = DateTimeOffset.UnixEpoch.AddSeconds(1010), End = DateTimeOffset.UnixEpoch.AddSeconds(1020) }, new() { End = DateTimeOffset.MaxValue, PageSize = 10 },
        })
        {
            var (local, remote) = (new List<string>(), new List<string>());
            await foreach (var message in _bob.Inbox.ReadMessagesAsync(conversation, options, Token)) local.Add((string)message.Message.Content!);
            await foreach (var message in conversation.ListMessagesAsync(options, Token)) remote.Add((string)message.Content!);
            Assert.Equal(remote, local);
        }
    }

    [Fact]
    public async Task Store_AtRest_HoldsNoTextNameKeyOrTopic()
    {
        var sent = await NewConversationAsync("secret-conversation-id", new Dictionary<string, string> { ["title"] = "secret-title" });
        await sent.SendAsync("the secret text", Token);
        await _bob.Inbox.SyncAsync(Token);
        await _bob.Inbox.SendAsync(_bob.Inbox.List()[0].Conversation, "the secret answer", cancellationToken: Token);
        var keys = _bob.Client.ExportKeys();
        var bytes = _bob.Files.ReadAll();
        Assert.True(bytes.Length > 1000, "nothing was written");
        var secrets = new[] { "the secret text", "the secret answer", "secret-conversation-id", "secret-title", sent.Topic.Value, $"{_alice.Client.Address}", $"{_bob.Client.Address}" };
        foreach (var secret in secrets)
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, $"{secret} stands in the file");
        Assert.True(bytes.AsSpan().IndexOf(keys.AsSpan(keys.Length / 2, 24)) < 0, "keys stand in the file");
        Assert.True(bytes.AsSpan().IndexOf(_alice.Client.Address.ToArray()) < 0, "an address stands in the file");
    }

    [Fact]
    public async Task OpenAsync_OtherKey_SaysThatItDoesNotOpen()
    {
        await _bob.StopAsync();
        await using var store = await _bob.Files.OpenAsync();
        using var key = StoreKey.Generate();
        var options = _bob.Account.Options with { Store = store, StoreKey = key };
        Assert.Equal(ErrorCatalogue.LocalStoreUnreadable, (await Assert.ThrowsAsync<XmtpException>(() => XmtpClient.OpenAsync(options, Token))).Code);
        Assert.Equal(ErrorCatalogue.LocalStoreUnreadable, (await Assert.ThrowsAsync<XmtpException>(() => XmtpClient.CreateAsync(_bob.Wallet, options, Token))).Code);
    }

    [Fact]
    public async Task OpenAsync_StoreOfAnotherAccountOrEmpty_IsRefused()
    {
        await _bob.StopAsync();
        await using var store = await _bob.Files.OpenAsync();
        var options = _bob.Account.Options with { Store = store, CustomTransport = new FakeTransport(_network) };
        using var other = PrivateKeyWallet.Generate();
        Assert.Equal(ErrorCatalogue.LocalStoreOfOther, (await Assert.ThrowsAsync<XmtpException>(() => XmtpClient.CreateAsync(other, options, Token))).Code);
        Assert.Equal(ErrorCatalogue.LocalStoreOfOther, (await Assert.ThrowsAsync<XmtpException>(() => XmtpClient.OpenAsync(_alice.Client.ExportKeys(), options, Token))).Code);
        Assert.Equal(ErrorCatalogue.LocalStoreOfOther, (await Assert.ThrowsAsync<XmtpException>(() => XmtpClient.OpenAsync(options with { Store = new MemoryClientStore() }, Token))).Code);
        await Assert.ThrowsAsync<ArgumentException>(() => XmtpClient.OpenAsync(options with { StoreKey = null }, Token));

        // Refused, and unharmed.
        await using var client = await XmtpClient.OpenAsync(options, Token);
        Assert.Equal(_bob.Wallet.Address, client.Address);
    }

    [Fact]
    public async Task CreateAsync_StoreHoldsTheIdentity_DoesNotAskTheWallet()
    {
        await _bob.StopAsync();
        await using var store = await _bob.Files.OpenAsync();
        var silent = new DelegateWallet(_bob.Wallet.Address, (_, _) => throw new InvalidOperationException("asked"));
        await using var client = await XmtpClient.CreateAsync(silent, _bob.Account.Options with { Store = store, CustomTransport = new FakeTransport(_network) }, Token);
        Assert.Equal(_bob.Wallet.Address, client.Address);
    }

    [Fact]
    public async Task Consent_ChangedOnAnotherDevice_IsStored()
    {
        await _bob.Inbox.SyncAsync(Token);
        await using var other = await TestAccount.StartAsync(_network, wallet: _bob.Wallet);
        await other.Client.Consent.DenyAsync(_alice.Client.Address, Token);
        await Eventually.TrueAsync(() => _bob.Client.Consent.StateOf(_alice.Client.Address) == ConsentState.Denied, "the decision arrives");
        await _bob.RestartAsync(Offline);
        Assert.Equal(ConsentState.Denied, _bob.Client.Consent.StateOf(_alice.Client.Address));
    }

    [Fact]
    public async Task StartAsync_DiskFailedMeanwhile_SaysSoAndBeginsAnew()
    {
        await using var memory = new MemoryClientStore();
        await using var store = new FailingStore(memory);
        using var key = StoreKey.Generate();
        using var wallet = PrivateKeyWallet.Generate();
        await using var carol = await TestAccount.StartAsync(_network, wallet: wallet, configure: options => options with { Store = store, StoreKey = key });
        await carol.Client.Inbox.SyncAsync(Token);
        var sent = await _alice.Client.Conversations.NewConversationAsync(wallet.Address, cancellationToken: Token);
        await sent.SendAsync("before", Token);
        await Eventually.TrueAsync(() => carol.Client.Inbox.List() is [{ Messages: 1 }], "the first is stored");

        store.IsFull = true;
        await using (var other = await TestAccount.StartAsync(_network, wallet: wallet)) await other.Client.Consent.DenyAsync(_alice.Client.Address, Token);
        await sent.SendAsync("lost on the way to the disk", Token);
        await Eventually.TrueAsync(() => carol.Client.Inbox.State is { Phase: InboxPhase.Stopped, Error: XmtpException }, "it has stopped");
        await Assert.ThrowsAsync<XmtpException>(() => carol.Client.Inbox.SendAsync(carol.Client.Inbox.List()[0].Conversation, "nor this", cancellationToken: Token));

        store.IsFull = false;
        await carol.Client.Inbox.SyncAsync(Token);
        Assert.Equal(2, Assert.Single(carol.Client.Inbox.List()).Messages);
        await carol.DisposeAsync();
        await using var again = await XmtpClient.OpenAsync(carol.Options with { Store = store, CustomTransport = new FakeTransport(_network) }, Token);
        Assert.Equal((2L, ConsentState.Denied), (again.Inbox.List()[0].Messages, again.Inbox.List()[0].Consent));
    }

    [Fact]
    public async Task State_ConnectionLostAndBack_IsTold()
    {
        var phases = new List<InboxPhase>();
        _bob.Inbox.StateChanged += (_, change) =>
        {
            lock (phases) phases.Add(change.State.Phase);
        };
        await _bob.Inbox.SyncAsync(Token);
        Assert.NotNull(_bob.Inbox.State.LiveAt);
        Offline(_bob.Account.Transport);
        _bob.Account.Transport.LoseConnections(new NodeException(ErrorCatalogue.Unavailable, "gone"));
        await Eventually.TrueAsync(() => _bob.Inbox.State.Phase == InboxPhase.Offline, "it is offline");
        _bob.Account.Transport.OnCall = null;
        await _bob.Inbox.SyncAsync(Token);
        await _bob.Inbox.StopAsync();
        Assert.Equal(InboxPhase.Stopped, _bob.Inbox.State.Phase);
        lock (phases)
        {
            Assert.Contains(InboxPhase.CatchingUp, phases);
            var main = phases.Where(static phase => phase is InboxPhase.Live or InboxPhase.Offline or InboxPhase.Stopped).ToArray();
            Assert.Equal([InboxPhase.Live, InboxPhase.Offline, InboxPhase.Live, InboxPhase.Stopped], main.Where((phase, i) => i == 0 || main[i - 1] != phase));
        }
    }

    private static void Offline(FakeTransport transport) =>
        transport.OnCall = static (_, _) => throw new NodeException(ErrorCatalogue.Unavailable, "no network");

    private Task<Conversation> NewConversationAsync(string id, Dictionary<string, string>? metadata = null) => _alice.Client.Conversations.NewConversationAsync(
        _bob.Wallet.Address, new NewConversationOptions { ConversationId = id, Metadata = metadata }, Token);
}
