using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity;

/// <summary>
/// The account's private keys as the network stores them: encrypted under a wallet signature of a text that holds 32 random
/// bytes stored alongside.
/// </summary>
public static class EncryptedPrivateKeyBundle
{
    /// <summary>Length of the random part of the text that the wallet signs.</summary>
    public const int WalletPreKeyLength = 32;

    /// <summary>Encrypts the keys for the network (one wallet prompt).</summary>
    /// <param name="bundle">The keys.</param>
    /// <param name="wallet">The wallet that they belong to.</param>
    /// <param name="provider">Does the cryptography.</param>
    /// <param name="random">Source of wallet pre-key, salt and nonce, in this order; null for the system's.</param>
    /// <param name="cancellationToken">Gives up waiting for the wallet.</param>
    /// <returns>The message to publish to the account's private store topic.</returns>
    /// <exception cref="XmtpException">The wallet refused, failed, signed something else, or is not the keys' own (WalletFailed).</exception>
    public static async Task<byte[]> EncryptAsync(
        PrivateKeyBundle bundle, IWallet wallet, CryptoProvider provider, RandomNumberGenerator? random = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(wallet);
        ArgumentNullException.ThrowIfNull(provider);
        if (bundle.WalletAddress != wallet.Address)
            throw new XmtpException(ErrorCatalogue.WalletFailed, $"the keys belong to {bundle.WalletAddress}, not to wallet {wallet.Address}");

        byte[] walletPreKey = new byte[WalletPreKeyLength];
        if (random is null)
            RandomNumberGenerator.Fill(walletPreKey);
        else
            random.GetBytes(walletPreKey);
        byte[] secret = await WalletRequest.SignAsync(
            wallet, SignatureTexts.EnableIdentity(walletPreKey), provider, cancellationToken).ConfigureAwait(false);
        try
        {
            return Encrypt(bundle, ByteString.CopyFrom(walletPreKey), secret, provider, random);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Opens what <see cref="EncryptAsync"/>, or any published client since 2022, stored (one wallet prompt).</summary>
    /// <param name="envelopeMessage">The message of an envelope of the private store topic.</param>
    /// <param name="wallet">The account's wallet.</param>
    /// <param name="provider">Does the cryptography.</param>
    /// <param name="cancellationToken">Gives up waiting for the wallet.</param>
    /// <exception cref="XmtpException">
    /// The message cannot be read, or not with this wallet (IdentityUnreadable: try the next older envelope, and never make a
    /// new identity instead); the wallet refused, failed, or signed something else (WalletFailed); or the keys are V2
    /// (LegacyKeysRequired).
    /// </exception>
    public static async Task<PrivateKeyBundle> DecryptAsync(
        ReadOnlyMemory<byte> envelopeMessage, IWallet wallet, CryptoProvider provider, CancellationToken cancellationToken = default) =>
        (await OpenAsync(envelopeMessage, wallet, provider, random: null, cancellationToken).ConfigureAwait(false)).Bundle;

    /// <summary>Does what <see cref="DecryptAsync"/> does, and brings keys that were stored in an old layout into the current one.</summary>
    /// <param name="envelopeMessage">The message of an envelope of the private store topic.</param>
    /// <param name="wallet">The account's wallet.</param>
    /// <param name="provider">Does the cryptography.</param>
    /// <param name="random">Source of salt and nonce of the upgrade; null for the system's.</param>
    /// <param name="cancellationToken">Gives up waiting for the wallet.</param>
    /// <exception cref="XmtpException">As <see cref="DecryptAsync"/>.</exception>
    public static async Task<OpenedPrivateKeyBundle> OpenAsync(
        ReadOnlyMemory<byte> envelopeMessage, IWallet wallet, CryptoProvider provider, RandomNumberGenerator? random = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(wallet);
        ArgumentNullException.ThrowIfNull(provider);
        // Read first: a message that cannot be opened anyway must not cost the person a prompt.
        Proto.EncryptedPrivateKeyBundleV1 stored = Locate(envelopeMessage.Span, out bool isCurrentEnvelope);
        byte[] secret = await WalletRequest.SignAsync(
            wallet, SignatureTexts.EnableIdentity(stored.WalletPreKey.Span), provider, cancellationToken).ConfigureAwait(false);
        try
        {
            PrivateKeyBundle bundle = Decrypt(stored.Ciphertext, secret, wallet.Address, provider, out bool isCurrentPlaintext);
            if (isCurrentEnvelope && isCurrentPlaintext)
                return new OpenedPrivateKeyBundle(bundle, Upgrade: null);
            try
            {
                return new OpenedPrivateKeyBundle(bundle, Encrypt(bundle, stored.WalletPreKey, secret, provider, random));
            }
            catch
            {
                bundle.Dispose();
                throw;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static byte[] Encrypt(
        PrivateKeyBundle bundle, ByteString walletPreKey, byte[] secret, CryptoProvider provider, RandomNumberGenerator? random)
    {
        byte[] plaintext = bundle.Export();
        try
        {
            return new Proto.EncryptedPrivateKeyBundle
            {
                V1 = new()
                {
                    WalletPreKey = walletPreKey,
                    Ciphertext = AesGcmHkdf.Encrypt(provider, secret, plaintext, aad: default, random),
                },
            }.ToByteArray();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static PrivateKeyBundle Decrypt(
        Proto.Ciphertext ciphertext, byte[] secret, EthereumAddress wallet, CryptoProvider provider, out bool isCurrentLayout)
    {
        byte[]? plaintext = null;
        try
        {
            if (!TryDecrypt(ciphertext, secret, provider, out plaintext))
                throw Unreadable($"the stored keys do not open with the signature of wallet {wallet}");
            PrivateKeyBundle bundle = PrivateKeyBundle.Import(plaintext, provider, out isCurrentLayout);
            if (bundle.WalletAddress == wallet)
                return bundle;
            bundle.Dispose();
            throw Unreadable($"the stored keys belong to {bundle.WalletAddress}, not to {wallet}");
        }
        catch (XmtpException failure) when (failure.Code == ErrorCatalogue.MalformedData || failure.Code == ErrorCatalogue.CryptographyFailed)
        {
            throw Unreadable("the stored keys are damaged: " + failure.Message, failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>
    /// Tries the signature as it is, then with the other spelling of its last byte: the wallet that stored the keys may have
    /// said 0 or 1 where this one says 27 or 28, and that byte is part of the secret.
    /// </summary>
    private static bool TryDecrypt(Proto.Ciphertext ciphertext, byte[] secret, CryptoProvider provider, out byte[]? plaintext)
    {
        if (AesGcmHkdf.TryDecrypt(provider, ciphertext, secret, aad: default, out plaintext))
            return true;
        secret[^1] = (byte)(secret[^1] < 27 ? secret[^1] + 27 : secret[^1] - 27);
        return AesGcmHkdf.TryDecrypt(provider, ciphertext, secret, aad: default, out plaintext);
    }

    /// <summary>
    /// Tells the layouts apart by content. Parsing as the wrong one cannot: the random wallet pre-key of the old layout, taken
    /// for a message, sometimes gives an error and sometimes only empty fields.
    /// </summary>
    private static Proto.EncryptedPrivateKeyBundleV1 Locate(ReadOnlySpan<byte> message, out bool isCurrentLayout)
    {
        if (message.Length > Limits.MessageLengthMaxBytes)
            throw Unreadable($"the stored keys are {message.Length} bytes long, more than an envelope can hold");
        Proto.EncryptedPrivateKeyBundleV1? stored = Parse(Proto.EncryptedPrivateKeyBundle.Parser, message)?.V1;
        isCurrentLayout = IsComplete(stored);
        if (!isCurrentLayout)
            stored = Parse(Proto.EncryptedPrivateKeyBundleV1.Parser, message);
        return IsComplete(stored) ? stored : throw Unreadable("the stored keys have none of the known layouts");
    }

    private static T? Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> message)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(message);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static bool IsComplete([NotNullWhen(true)] Proto.EncryptedPrivateKeyBundleV1? stored) =>
        stored is { WalletPreKey.Length: WalletPreKeyLength, Ciphertext.Aes256GcmHkdfSha256.Payload.IsEmpty: false };

    private static XmtpException Unreadable(string text, Exception? cause = null) => new(ErrorCatalogue.IdentityUnreadable, text, cause);
}
