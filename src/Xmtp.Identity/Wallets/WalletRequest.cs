using System.Security.Cryptography;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Identity;

/// <summary>Asks a wallet for a signature and believes nothing it returns until it is proved to be over this text, by this account.</summary>
internal static class WalletRequest
{
    private const int Length = CryptoProvider.SignatureLength + 1;

    /// <returns>65 bytes as the wallet made them; the caller clears them.</returns>
    /// <exception cref="XmtpException">The wallet failed, or signed something else (WalletFailed).</exception>
    internal static async ValueTask<byte[]> SignAsync(
        IWallet wallet, string text, CryptoProvider provider, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        byte[]? bytes;
        try
        {
            bytes = await wallet.SignPersonalMessageAsync(text, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (XmtpException)
        {
            throw;
        }
        catch (Exception failure)
        {
            // A wallet is foreign code: whatever it throws means one thing to the caller.
            throw new XmtpException(ErrorCatalogue.WalletFailed, $"wallet {wallet.Address} did not sign: {failure.Message}", failure);
        }

        try
        {
            Check(bytes, wallet.Address, text, provider);
            return bytes!;
        }
        catch
        {
            CryptographicOperations.ZeroMemory(bytes);
            throw;
        }
    }

    private static void Check(byte[]? bytes, EthereumAddress expected, string text, CryptoProvider provider)
    {
        if (bytes is not { Length: Length })
        {
            throw new XmtpException(
                ErrorCatalogue.WalletFailed,
                $"wallet {expected} returned {bytes?.Length ?? 0} bytes instead of a signature of {Length}; contract wallets cannot be used");
        }

        if (bytes[^1] is not (0 or 1 or 27 or 28))
            throw new XmtpException(ErrorCatalogue.WalletFailed, $"wallet {expected} returned a signature whose last byte is {bytes[^1]}, not 27, 28, 0 or 1");

        if (!Secp256k1PublicKey.TryRecover(PersonalMessage.Digest(text), EcdsaSignature.FromWallet(bytes), provider, out Secp256k1PublicKey? signer))
            throw new XmtpException(ErrorCatalogue.WalletFailed, $"wallet {expected} returned a signature that belongs to no account");

        if (signer.Address != expected)
        {
            throw new XmtpException(
                ErrorCatalogue.WalletFailed,
                $"wallet {expected} returned a signature of account {signer.Address}, or one made for another text");
        }
    }
}
