using Microsoft.Extensions.Logging;
using Xmtp.Client.Accounts;
using Xmtp.Client.Consent;
using Xmtp.Client.Conversations;
using Xmtp.Client.Diagnostics;
using Xmtp.Client.Inboxes;
using Xmtp.Client.Network;
using Xmtp.Client.Storage;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client;

/// <summary>An account on the network: finds peers, opens conversations, sends and receives. Safe for concurrent use.</summary>
/// <example><code>
/// await using var client = await XmtpClient.CreateAsync(wallet);
/// var conversation = await client.Conversations.NewConversationAsync("0x…");
/// await conversation.SendAsync("hello");
/// </code></example>
public sealed class XmtpClient : IAsyncDisposable
{
    private readonly ClientContext _context;

    private XmtpClient(ClientContext context) => _context = context;

    /// <summary>The account.</summary>
    public EthereumAddress Address => _context.Self;

    /// <summary>The account's conversations.</summary>
    public ConversationList Conversations => _context.Conversations;

    /// <summary>Conversations and messages on this device: read at once, kept complete in the background, sent once also after being offline.</summary>
    public Inbox Inbox => _context.Inbox;

    /// <summary>Whom the account wants to hear from.</summary>
    public ConsentPreferences Consent => _context.Consent;

    /// <summary>
    /// Opens the account's keys from where they are kept, or creates them when there are none, and publishes the contact that
    /// peers find the account by, when it is not there. The wallet is asked once to open keys, twice to create them.
    /// </summary>
    /// <param name="wallet">The account's wallet; not used after this call.</param>
    /// <param name="options">How the client works; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.IdentityUnreadable"/>: keys exist and do not open with this wallet.
    /// <see cref="ErrorCatalogue.WalletFailed"/>: the wallet refused or failed. Whatever the node refused.
    /// </exception>
    public static Task<XmtpClient> CreateAsync(IWallet wallet, XmtpClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(wallet);
        return StartAsync(
            options ?? new XmtpClientOptions(),
            (setup, token) => setup.Local.FindKeys(wallet.Address, setup.Options.Provider) is { } stored ? Task.FromResult(stored) : new AccountKeys(setup.KeyStore, setup.Options.TimeProvider, setup.Options.Provider, setup.Options.Random, setup.Logger)
                .OpenOrCreateAsync(wallet, token),
            cancellationToken);
    }

    /// <summary>Opens an account from exported keys; no wallet is needed.</summary>
    /// <param name="exportedKeys">What <see cref="ExportKeys"/> gave, here or in another SDK. Clear it afterwards.</param>
    /// <param name="options">How the client works; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.MalformedData"/>, <see cref="ErrorCatalogue.CryptographyFailed"/>, <see cref="ErrorCatalogue.LegacyKeysRequired"/>:
    /// the bytes are no keys of an account. Whatever the node refused.
    /// </exception>
    public static Task<XmtpClient> OpenAsync(
        ReadOnlyMemory<byte> exportedKeys, XmtpClientOptions? options = null, CancellationToken cancellationToken = default) => StartAsync(
        options ?? new XmtpClientOptions(),
        (setup, _) =>
        {
            var keys = PrivateKeyBundle.Import(exportedKeys.Span, setup.Options.Provider);
            try
            {
                setup.Local.FindKeys(keys.WalletAddress, setup.Options.Provider)?.Dispose();
                return Task.FromResult(keys);
            }
            catch
            {
                keys.Dispose();
                throw;
            }
        },
        cancellationToken);

    /// <summary>
    /// Opens the account that the local store belongs to, as an earlier <see cref="CreateAsync"/> or
    /// <see cref="OpenAsync(ReadOnlyMemory{byte}, XmtpClientOptions?, CancellationToken)"/> with that store left it. Neither wallet nor network is needed.
    /// </summary>
    /// <param name="options">How the client works, with <see cref="XmtpClientOptions.Store"/>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.LocalStoreOfOther"/>: the store holds no account. <see cref="ErrorCatalogue.LocalStoreUnreadable"/>: another key.
    /// </exception>
    public static Task<XmtpClient> OpenAsync(XmtpClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return StartAsync(
            options,
            static (setup, _) => Task.FromResult(setup.Local.FindKeys(account: null, setup.Options.Provider)
                ?? throw new XmtpException(ErrorCatalogue.LocalStoreOfOther, "the local store holds no account")),
            cancellationToken);
    }

    /// <summary>The account's private keys, unencrypted: whoever has them is the account. Clear the array after use.</summary>
    public byte[] ExportKeys()
    {
        _context.ThrowIfDisposed();
        return _context.Keys.Export();
    }

    /// <summary>Whether an account can be written to.</summary>
    /// <exception cref="XmtpException">The node did not answer.</exception>
    public async Task<bool> CanMessageAsync(EthereumAddress account, CancellationToken cancellationToken = default)
    {
        _context.ThrowIfDisposed();
        return await _context.Contacts.FindAsync(account, cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>Whether an account can be written to. What is no address cannot.</summary>
    /// <exception cref="XmtpException">The node did not answer.</exception>
    public async Task<bool> CanMessageAsync(string account, CancellationToken cancellationToken = default) =>
        EthereumAddress.TryParse(account, out var address) && await CanMessageAsync(address, cancellationToken).ConfigureAwait(false);

    /// <summary>Which of many accounts can be written to, in few requests.</summary>
    /// <exception cref="XmtpException">The node did not answer.</exception>
    public async Task<IReadOnlyDictionary<EthereumAddress, bool>> CanMessageAsync(
        IEnumerable<EthereumAddress> accounts, CancellationToken cancellationToken = default)
    {
        _context.ThrowIfDisposed();
        HashSet<EthereumAddress> asked = [.. accounts];
        var found = await _context.Contacts.FindManyAsync(asked, cancellationToken).ConfigureAwait(false);
        return asked.ToDictionary(static account => account, found.Contains);
    }

    /// <summary>Drops what is remembered of an account's keys, so that the next use asks the network.</summary>
    public void ForgetContact(EthereumAddress account) => _context.Contacts.Forget(account);

    /// <summary>Ends all streams, closes the connection and clears the keys.</summary>
    public ValueTask DisposeAsync() => _context.DisposeAsync();

    /// <summary>The account.</summary>
    public override string ToString() => $"client of {Address}";

    private static async Task<XmtpClient> StartAsync(
        XmtpClientOptions options, Func<Setup, CancellationToken, Task<PrivateKeyBundle>> getKeys, CancellationToken cancellationToken)
    {
        var logger = options.LoggerFactory.CreateLogger<XmtpClient>();
        var clock = new SenderClock(options.TimeProvider);
        var connection = new NodeConnection(
            options.CreateTransport(logger),
            new Retries(options.Retry, options.TimeProvider, options.Random, logger, ClientMetrics.Of(options.MeterFactory)));
        LocalStore? local = null;
        PrivateKeyBundle? keys = null;
        try
        {
            local = await LocalStore.OpenAsync(options, cancellationToken).ConfigureAwait(false);
            var store = options.KeyStore ?? new NetworkKeyStore(connection, PublisherOf, clock);
            keys = await getKeys(new Setup(options, store, local, logger), cancellationToken).ConfigureAwait(false);
            var context = new ClientContext(options, connection, PublisherOf(keys), clock, keys, local, logger);
            await context.Inbox.LoadAsync(cancellationToken).ConfigureAwait(false);
            if (options.PublishContact && !local.ContactPublished) await context.Contacts.EnsurePublishedAsync(cancellationToken).ConfigureAwait(false);
            if (options.Store is not null) await local.SaveAsync(keys, options.PublishContact, cancellationToken).ConfigureAwait(false);
            return new XmtpClient(context);
        }
        catch
        {
            keys?.Dispose();
            if (local is not null) await local.DisposeAsync().ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        Publisher PublisherOf(PrivateKeyBundle account) => new(connection, account, options.Acknowledgement, options.TimeProvider, logger);
    }

    private sealed record Setup(XmtpClientOptions Options, IKeyStore KeyStore, LocalStore Local, ILogger Logger);
}
