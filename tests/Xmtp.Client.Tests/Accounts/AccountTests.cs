using Xmtp.Client.Accounts;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Tests;

public sealed class AccountTests
{
    private readonly FakeNetwork _network = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateAsync_NewAccount_StoresKeysThenContactsV1AndV2InOrder()
    {
        await using var account = await TestAccount.StartAsync(_network, TestAccount.Clock());
        var address = account.Client.Address.ToString();
        Assert.Equal(
            [Topic.PrivateStore(address).Value, Topic.Contact(address).Value, Topic.Contact(address).Value],
            account.Transport.Publishes.Select(static publish => Assert.Single(publish.Request.Envelopes).ContentTopic));
        Assert.True(ContactBundle.TryDecode(_network.Published[1].Message.Span, CryptoProvider.Default, out var first) && first.IsV1);
        Assert.True(ContactBundle.TryDecode(_network.Published[2].Message.Span, CryptoProvider.Default, out var second) && !second.IsV1);
        Assert.Equal((account.Client.Address, account.Client.Address), (first.Address, second.Address));
        Assert.True(_network.Published[2].TimestampNs > _network.Published[1].TimestampNs);
    }

    [Fact]
    public async Task CreateAsync_SecondStart_OpensTheSameKeysWithOnePromptAndPublishesNothing()
    {
        await using var account = await TestAccount.StartAsync(_network);
        var published = _network.Published.Count;
        var counting = new CountingWallet(account.Wallet);
        await using var again = await TestAccount.StartAsync(_network, wallet: counting);
        Assert.Equal(account.Client.ExportKeys(), again.Client.ExportKeys());
        Assert.Equal(published, _network.Published.Count);
        Assert.Equal(1, counting.Prompts);
    }

    [Fact]
    public async Task CreateAsync_KeysOfAnotherWallet_FailsAndCreatesNothing()
    {
        await using var account = await TestAccount.StartAsync(_network);
        var published = _network.Published.Count;
        var wrong = new DelegateWallet(account.Client.Address, PrivateKeyWallet.Generate().SignPersonalMessageAsync);
        var failure = await Assert.ThrowsAsync<XmtpException>(() => TestAccount.StartAsync(_network, wallet: wrong));
        Assert.Equal(ErrorCatalogue.WalletFailed, failure.Code);
        Assert.Equal(published, _network.Published.Count);
    }

    [Fact]
    public async Task CreateAsync_StoredKeysUnreadable_FailsAndCreatesNothing()
    {
        var wallet = PrivateKeyWallet.Generate();
        _network.Publish(Topic.PrivateStore(wallet.Address.ToString()), 1, [1, 2, 3]);
        var failure = await Assert.ThrowsAsync<XmtpException>(() => TestAccount.StartAsync(_network, wallet: wallet));
        Assert.Equal(ErrorCatalogue.IdentityUnreadable, failure.Code);
        Assert.Single(_network.Published);
    }

    [Fact]
    public async Task CreateAsync_NewestKeysUnreadable_TakesTheNextOlderOnes()
    {
        await using var account = await TestAccount.StartAsync(_network);
        var topic = Topic.PrivateStore(account.Client.Address.ToString());
        for (var i = 0; i < 7; i++) _network.Publish(topic, (ulong)long.MaxValue - (ulong)i, [1, 2, (byte)i]);
        await using var again = await TestAccount.StartAsync(_network, wallet: account.Wallet);
        Assert.Equal(account.Client.ExportKeys(), again.Client.ExportKeys());
    }

    [Fact]
    public async Task CreateAsync_TwoDevicesAtOnce_BothEndUpWithTheNewestKeys()
    {
        var wallet = PrivateKeyWallet.Generate();
        var topic = Topic.PrivateStore(wallet.Address.ToString());
        using var other = await PrivateKeyBundle.CreateAsync(wallet, TimeProvider.System, CryptoProvider.Default, cancellationToken: Token);
        var otherStored = await EncryptedPrivateKeyBundle.EncryptAsync(other, wallet, CryptoProvider.Default, cancellationToken: Token);
        var raced = false;
        await using var account = await TestAccount.StartAsync(_network, wallet: wallet, configure: options =>
        {
            // The other device publishes right after this one has looked and found nothing.
            ((FakeTransport)options.CustomTransport!).OnCall = (call, _) =>
            {
                if (call == "Publish" && !raced)
                {
                    raced = true;
                    _network.Publish(topic, (ulong)long.MaxValue, otherStored);
                }

                return Task.CompletedTask;
            };
            return options;
        });
        Assert.True(raced);
        Assert.Equal(other.Export(), account.Client.ExportKeys());
    }

    [Fact]
    public async Task CreateAsync_OldLayout_OpensAndStoresTheCurrentOne()
    {
        using var wallet = PrivateKeyWallet.Generate();
        using var keys = await PrivateKeyBundle.CreateAsync(wallet, TimeProvider.System, CryptoProvider.Default, cancellationToken: Token);
        var current = await EncryptedPrivateKeyBundle.EncryptAsync(keys, wallet, CryptoProvider.Default, cancellationToken: Token);

        // The oldest layout is the version's content without the version.
        var bare = Protocol.MessageContents.EncryptedPrivateKeyBundle.Parser.ParseFrom(current).V1;
        _network.Publish(Topic.PrivateStore(wallet.Address.ToString()), 1, Google.Protobuf.MessageExtensions.ToByteArray(bare));
        await using var account = await TestAccount.StartAsync(_network, wallet: wallet);
        Assert.Equal(keys.Export(), account.Client.ExportKeys());
        var stored = _network.Stored(Topic.PrivateStore(wallet.Address.ToString()));
        Assert.Equal(2, stored.Length);
        Assert.NotNull(Protocol.MessageContents.EncryptedPrivateKeyBundle.Parser.ParseFrom(stored[1].Message).V1?.Ciphertext);
    }

    [Fact]
    public async Task OpenAsync_ExportedKeys_IsTheSameAccountWithoutAWallet()
    {
        await using var account = await TestAccount.StartAsync(_network);
        await using var opened = await XmtpClient.OpenAsync(account.Client.ExportKeys(), account.Options, Token);
        Assert.Equal(account.Client.Address, opened.Address);
    }

    [Fact]
    public async Task OpenAsync_Garbage_IsRefusedAndLeavesNothingBehind()
    {
        var transport = new FakeTransport(_network);
        var failure = await Assert.ThrowsAsync<XmtpException>(() => XmtpClient.OpenAsync(new byte[] { 1, 2, 3 }, new XmtpClientOptions { CustomTransport = transport }, Token));
        Assert.Equal(ErrorCatalogue.MalformedData, failure.Code);
        Assert.False(transport.IsDisposed);
        Assert.Empty(_network.Published);
    }

    [Fact]
    public async Task CreateAsync_NodeDown_FailsWithTheNodesFailure()
    {
        var failure = await Assert.ThrowsAsync<NodeException>(() => TestAccount.StartAsync(_network, configure: static options =>
        {
            ((FakeTransport)options.CustomTransport!).OnCall = static (_, _) => throw new NodeException(ErrorCatalogue.Unavailable, "down");
            return options;
        }));
        Assert.Equal(ErrorCatalogue.Unavailable, failure.Code);
    }

    [Fact]
    public async Task CreateAsync_FileStore_KeepsTheKeysOffTheNetwork()
    {
        using var directory = new TemporaryDirectory();
        var wallet = PrivateKeyWallet.Generate();
        await using var account = await TestAccount.StartAsync(_network, wallet: wallet, configure: Local);
        await using var again = await TestAccount.StartAsync(_network, wallet: wallet, configure: Local);
        Assert.Equal(account.Client.ExportKeys(), again.Client.ExportKeys());
        Assert.Empty(_network.Stored(Topic.PrivateStore(wallet.Address.ToString())));
        var file = Assert.Single(Directory.GetFiles(directory.Path));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        await File.WriteAllBytesAsync(file, [1, 2, 3], Token);
        var failure = await Assert.ThrowsAsync<XmtpException>(() => TestAccount.StartAsync(_network, wallet: wallet, configure: Local));
        Assert.Equal(ErrorCatalogue.IdentityUnreadable, failure.Code);

        XmtpClientOptions Local(XmtpClientOptions options) => options with { KeyStore = new FileKeyStore(directory.Path) };
    }

    [Fact]
    public async Task CreateAsync_MemoryStore_RemembersAsLongAsTheStoreLives()
    {
        var store = new MemoryKeyStore();
        var wallet = PrivateKeyWallet.Generate();
        await using var account = await TestAccount.StartAsync(_network, wallet: wallet, configure: options => options with { KeyStore = store });
        await using var again = await TestAccount.StartAsync(_network, wallet: wallet, configure: options => options with { KeyStore = store });
        Assert.Equal(account.Client.ExportKeys(), again.Client.ExportKeys());
    }

    [Fact]
    public async Task AfterDispose_EveryUse_SaysSo()
    {
        var account = await TestAccount.StartAsync(_network);
        await using var peer = await TestAccount.StartAsync(_network);
        var conversation = await account.Client.Conversations.NewConversationAsync(peer.Client.Address, cancellationToken: Token);
        await account.DisposeAsync();
        await account.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => conversation.SendAsync("too late", Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => account.Client.Conversations.ListAsync(cancellationToken: Token));
        Assert.Throws<ObjectDisposedException>(account.Client.ExportKeys);
        Assert.DoesNotContain("too late", conversation.ToString(), StringComparison.Ordinal);
    }

    private sealed class CountingWallet(IWallet inner) : IWallet
    {
        public int Prompts { get; private set; }

        public EthereumAddress Address => inner.Address;

        public ValueTask<byte[]> SignPersonalMessageAsync(string text, CancellationToken cancellationToken = default)
        {
            Prompts++;
            return inner.SignPersonalMessageAsync(text, cancellationToken);
        }
    }

    private sealed class TemporaryDirectory : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("xmtp-keys-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
