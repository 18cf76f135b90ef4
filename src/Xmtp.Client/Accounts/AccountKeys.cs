using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Accounts;

/// <summary>Opens the keys of an account, or creates them when it has none. Existing keys are never replaced.</summary>
internal sealed class AccountKeys(IKeyStore store, TimeProvider time, CryptoProvider provider, RandomNumberGenerator random, ILogger logger)
{
    // Each costs the person a prompt; an account with this many unreadable ones has another problem.
    private const int CandidatesMax = 10;

    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.IdentityUnreadable"/>: keys exist and none opens with this wallet.
    /// <see cref="ErrorCatalogue.WalletFailed"/>: the wallet refused or failed.
    /// </exception>
    public async Task<PrivateKeyBundle> OpenOrCreateAsync(IWallet wallet, CancellationToken cancellationToken) =>
        await TryOpenAsync(wallet, cancellationToken).ConfigureAwait(false) ?? await CreateAsync(wallet, cancellationToken).ConfigureAwait(false);

    private async Task<PrivateKeyBundle?> TryOpenAsync(IWallet wallet, CancellationToken cancellationToken)
    {
        XmtpException? newestFailure = null;
        var candidates = 0;
        await foreach (var stored in store.ReadAsync(wallet.Address, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                return await OpenAsync(stored, wallet, cancellationToken).ConfigureAwait(false);
            }
            catch (XmtpException failure) when (failure.Code == ErrorCatalogue.IdentityUnreadable)
            {
                ClientLog.KeysUnreadable(logger, wallet.Address, failure);
                newestFailure ??= failure;
                if (++candidates == CandidatesMax) break;
            }
        }

        // A new identity in place of one that does not open would orphan everything written to the old one.
        return newestFailure is null
            ? null
            : throw new XmtpException(ErrorCatalogue.IdentityUnreadable, $"keys of {wallet.Address} exist, but none opens: {newestFailure.Message}", newestFailure);
    }

    private async Task<PrivateKeyBundle> OpenAsync(ReadOnlyMemory<byte> stored, IWallet wallet, CancellationToken cancellationToken)
    {
        var opened = await EncryptedPrivateKeyBundle.OpenAsync(stored, wallet, provider, random, cancellationToken).ConfigureAwait(false);
        if (opened.Upgrade is not { } upgrade) return opened.Bundle;
        try
        {
            await store.WriteAsync(opened.Bundle, upgrade, cancellationToken).ConfigureAwait(false);
        }
        catch (XmtpException failure)
        {
            // The old layout can still be read; the next start tries again.
            ClientLog.UpgradeFailed(logger, wallet.Address, failure);
        }

        return opened.Bundle;
    }

    private async Task<PrivateKeyBundle> CreateAsync(IWallet wallet, CancellationToken cancellationToken)
    {
        var keys = await PrivateKeyBundle.CreateAsync(wallet, time, provider, random, cancellationToken).ConfigureAwait(false);
        try
        {
            var encrypted = await EncryptedPrivateKeyBundle.EncryptAsync(keys, wallet, provider, random, cancellationToken).ConfigureAwait(false);
            await store.WriteAsync(keys, encrypted, cancellationToken).ConfigureAwait(false);
            if (await ReadOtherAsync(encrypted, wallet, cancellationToken).ConfigureAwait(false) is not { } other)
            {
                ClientLog.IdentityCreated(logger, wallet.Address);
                return keys;
            }

            keys.Dispose();
            return other;
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    /// <summary>Two devices may create an identity at the same time. The newest counts for both, so what was written is read again.</summary>
    /// <returns>Null when ours is the newest.</returns>
    private async Task<PrivateKeyBundle?> ReadOtherAsync(ReadOnlyMemory<byte> ours, IWallet wallet, CancellationToken cancellationToken)
    {
        await foreach (var stored in store.ReadAsync(wallet.Address, cancellationToken).ConfigureAwait(false))
        {
            if (stored.Span.SequenceEqual(ours.Span)) return null;
            try
            {
                var other = await EncryptedPrivateKeyBundle.DecryptAsync(stored, wallet, provider, cancellationToken).ConfigureAwait(false);
                ClientLog.IdentityOvertaken(logger, wallet.Address);
                return other;
            }
            catch (XmtpException failure) when (failure.Code == ErrorCatalogue.IdentityUnreadable)
            {
                ClientLog.KeysUnreadable(logger, wallet.Address, failure);
            }
        }

        return null;
    }
}
