using System.CommandLine;
using System.Security.Cryptography;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Contexts;
using Xmtp.Cli.Inspection;
using Xmtp.Cli.Keys;
using Xmtp.Client;
using Xmtp.Client.Inboxes;
using Xmtp.Client.Storage;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Stores;

/// <summary>The account of the key file with its store on this machine.</summary>
internal sealed class LocalAccount : IAsyncDisposable
{
    private readonly SqliteClientStore _store;

    private LocalAccount(XmtpClient client, SqliteClientStore store) => (Client, _store) = (client, store);

    public XmtpClient Client { get; }

    /// <summary>The file of the store.</summary>
    public string Path => _store.Path;

    /// <summary>Opens the account, from its store alone when it is there.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="offline">Whether the network is not to be asked for anything.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="InspectException"><see cref="ErrorCatalogue.NotFound"/>: offline, and nothing is stored.</exception>
    /// <exception cref="XmtpException">As by the key file, the store and the client.</exception>
    public static async Task<LocalAccount> OpenAsync(ParseResult parsed, bool offline, CancellationToken cancellationToken)
    {
        var options = Session.OptionsOf(parsed);
        using var wallet = await Session.OpenWalletAsync(parsed, cancellationToken);
        var path = PathOf(CliSettings.Of(parsed).Network, wallet.Address);
        if (offline && !File.Exists(path)) throw NothingStored(wallet.Address);
        PrivateFile.CreateFolder(path);
        var store = await SqliteClientStore.OpenAsync(path, cancellationToken);
        try
        {
            using var key = KeyOf(wallet);
            options = options with { Store = store, StoreKey = key };
            var client = offline ? await OpenStoredAsync(wallet.Address, options, cancellationToken) : await XmtpClient.CreateAsync(wallet, options, cancellationToken);
            return new LocalAccount(client, store);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Brings the store up to date.</summary>
    /// <returns>Why the network could not be reached; null when all that it has is stored.</returns>
    public async Task<Exception?> SyncAsync(CancellationToken cancellationToken)
    {
        var offline = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Client.Inbox.StateChanged += Watch;
        try
        {
            var syncing = Client.Inbox.SyncAsync(stop.Token);
            if (await Task.WhenAny(syncing, offline.Task) == syncing)
            {
                await syncing;
                return null;
            }

            // A service would wait for the network to come back; a person is told what is here.
            await stop.CancelAsync();
            await syncing.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return await offline.Task ?? new XmtpException(ErrorCatalogue.Unavailable, "the network cannot be reached");
        }
        finally
        {
            Client.Inbox.StateChanged -= Watch;
        }

        void Watch(object? sender, InboxStateChangedEventArgs change)
        {
            if (change.State.Phase == InboxPhase.Offline) offline.TrySetResult(change.State.Error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _store.DisposeAsync();
    }

    // Derived, so that there is no second secret to keep and to lose: whoever can open the key file can open the store.
    private static StoreKey KeyOf(PrivateKeyWallet wallet)
    {
        var secret = wallet.Export();
        Span<byte> key = stackalloc byte[StoreKey.Length];
        try
        {
            HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt: [], info: "xmtp command: local store 1"u8);
            return new StoreKey(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static string PathOf(string network, EthereumAddress account) =>
        System.IO.Path.Combine(CliFolders.Data, "stores", network, $"{account.ToString().ToLowerInvariant()}.db");

    private static async Task<XmtpClient> OpenStoredAsync(EthereumAddress account, XmtpClientOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await XmtpClient.OpenAsync(options with { PublishContact = false }, cancellationToken);
        }
        catch (XmtpException failure) when (failure.Code == ErrorCatalogue.LocalStoreOfOther)
        {
            throw NothingStored(account);
        }
    }

    private static InspectException NothingStored(EthereumAddress account) =>
        new(ErrorCatalogue.NotFound, $"Nothing of {account} is stored here yet.", "`xmtp inbox sync` fetches it from the network.");
}
