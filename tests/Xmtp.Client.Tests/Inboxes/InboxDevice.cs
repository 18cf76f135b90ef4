using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;
using Xmtp.Client.Storage;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Tests.Storage;
using Xmtp.Identity;

namespace Xmtp.Client.Tests.Inboxes;

/// <summary>One device of an account: a store that outlives the clients that use it, one after the other.</summary>
internal sealed class InboxDevice(FakeNetwork network, TimeProvider? clock = null, IWallet? wallet = null) : IAsyncDisposable
{
    private readonly StoreFiles _files = new();
    private readonly StoreKey _key = StoreKey.Generate();
    private SqliteClientStore? _store;

    public IWallet Wallet { get; } = wallet ?? PrivateKeyWallet.Generate();

    public TestAccount Account { get; private set; } = null!;

    public XmtpClient Client => Account.Client;

    public Inbox Inbox => Client.Inbox;

    public StoreFiles Files => _files;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts the application, for the first time or again.</summary>
    /// <param name="configureTransport">Changes the connection before anything is asked.</param>
    public async Task<InboxDevice> StartAsync(Action<FakeTransport>? configureTransport = null)
    {
        _store = await _files.OpenAsync();
        Account = await TestAccount.StartAsync(network, clock, Wallet, options =>
        {
            configureTransport?.Invoke((FakeTransport)options.CustomTransport!);
            return options with { Store = _store, StoreKey = _key };
        });
        return this;
    }

    /// <summary>Ends the application.</summary>
    public async Task StopAsync()
    {
        if (_store is null) return;
        await Account.DisposeAsync();
        await _store.DisposeAsync();
        _store = null;
    }

    public async Task RestartAsync(Action<FakeTransport>? configureTransport = null)
    {
        await StopAsync();
        await StartAsync(configureTransport);
    }

    /// <summary>Texts of a conversation in the store, the oldest first.</summary>
    public async Task<string[]> TextsAsync(Conversation conversation)
    {
        var texts = new List<string>();
        await foreach (var message in Inbox.ReadMessagesAsync(conversation, cancellationToken: Token)) texts.Add((string)message.Message.Content!);
        return [.. texts];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _key.Dispose();
        _files.Dispose();
    }
}
