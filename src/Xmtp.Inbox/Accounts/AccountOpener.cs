using System.Security.Cryptography;
using Xmtp.Client;
using Xmtp.Client.Storage;
using Xmtp.Identity;
using Xmtp.Inbox.Browser;
using Xmtp.Inbox.Conversations;
using Xmtp.Inbox.Developer;
using Xmtp.Inbox.Settings;
using Xmtp.Protocol.Errors;

namespace Xmtp.Inbox.Accounts;

/// <summary>Opens accounts: with a wallet the first time, from the local store after that.</summary>
public sealed class AccountOpener(AccountBook book, DeviceVault vault, InboxSettings settings, EventLog log, PageScripts page, TimeProvider time)
{
    /// <summary>Opens a wallet's account on this device, and remembers it.</summary>
    /// <param name="wallet">The wallet; not used after this call.</param>
    /// <param name="kind">Where the wallet is.</param>
    /// <param name="passphrase">Asked for at every start from now on; null for none.</param>
    /// <param name="walletKey">A throw-away wallet's private key.</param>
    /// <exception cref="XmtpException">The wallet refused, the node did not answer, or the account is open in another tab.</exception>
    public async Task<Mailbox> CreateAsync(IWallet wallet, AccountKind kind, string? passphrase = null, byte[]? walletKey = null)
    {
        var address = wallet.Address.ToString();
        var known = book.Find(address);
        if (known is { HasPassphrase: false }) return await OpenAsync(known);
        using var key = StoreKey.Generate();
        var secret = key.Export();
        try
        {
            // A store of its own each time: one whose key is lost can never be read again.
            var account = new KnownAccount
            {
                Address = address,
                Kind = kind,
                Store = $"xmtp-inbox-{address}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}",
                SealedStoreKey = await vault.SealAsync(secret, passphrase),
                HasPassphrase = passphrase is not null,
                SealedWalletKey = walletKey is null ? null : await vault.SealAsync(walletKey, passphrase),
                LastUsed = time.GetUtcNow(),
            };
            var mailbox = await OpenAsync(account, key, options => XmtpClient.CreateAsync(wallet, options));

            // The wallet opens what a forgotten passphrase does not; the store under that passphrase is of no more use.
            if (known is not null) await IndexedDbClientStore.DeleteAsync(known.Store);
            return mailbox;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Opens an account from its local store; neither wallet nor node is needed.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.LocalStoreUnreadable"/>: the passphrase, or this browser's own key, is another one.</exception>
    public async Task<Mailbox> OpenAsync(KnownAccount account, string? passphrase = null)
    {
        var secret = await vault.OpenAsync(account.SealedStoreKey, passphrase)
            ?? throw new XmtpException(ErrorCatalogue.LocalStoreUnreadable, account.HasPassphrase ? "the passphrase is wrong" : "this browser has lost the key of the local store");
        using var key = new StoreKey(secret);
        CryptographicOperations.ZeroMemory(secret);
        return await OpenAsync(account with { LastUsed = time.GetUtcNow() }, key, options => XmtpClient.OpenAsync(options));
    }

    /// <summary>A throw-away account's wallet, to be saved as a key file. Dispose it.</summary>
    public async Task<PrivateKeyWallet?> WalletOfAsync(KnownAccount account, string? passphrase)
    {
        if (account.SealedWalletKey is null || await vault.OpenAsync(account.SealedWalletKey, passphrase) is not { } secret) return null;
        try
        {
            return new PrivateKeyWallet(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Removes an account and all its messages from this device. On the network nothing changes.</summary>
    /// <exception cref="XmtpException">It is open, here or in another tab.</exception>
    public async Task ForgetAsync(KnownAccount account)
    {
        await IndexedDbClientStore.DeleteAsync(account.Store);
        await book.RemoveAsync(account);
    }

    private async Task<Mailbox> OpenAsync(KnownAccount account, StoreKey key, Func<XmtpClientOptions, Task<XmtpClient>> open)
    {
        var store = await IndexedDbClientStore.OpenAsync(account.Store);
        XmtpClient? client = null;
        try
        {
            client = await open(new XmtpClientOptions
            {
                Nodes = settings.Nodes,
                Store = store,
                StoreKey = key,
                AppVersion = $"xmtp-inbox/{typeof(AccountOpener).Assembly.GetName().Version?.ToString(3)}",
                Dropped = log,
                LoggerFactory = log,
                TimeProvider = time,
            });
            await book.PutAsync(account);
            return new Mailbox(client, store, account, log, page, settings, time);
        }
        catch
        {
            if (client is not null) await client.DisposeAsync();
            await store.DisposeAsync();
            if (book.Find(account.Address) is null) await IndexedDbClientStore.DeleteAsync(account.Store);
            throw;
        }
    }
}
