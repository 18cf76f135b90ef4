using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Identity;

/// <summary>
/// The account's own keys: one identity key and its pre-keys, newest first, in the V1 shape that every published client uses.
/// Immutable and safe for concurrent use until disposed. Disposing clears the private keys.
/// </summary>
/// <remarks>
/// Private keys are read from and written to buffers that are cleared; they never stand in a generated message. What the
/// runtime may have copied while compacting memory is out of reach, as in any managed program.
/// </remarks>
public sealed class PrivateKeyBundle : IDisposable
{
    /// <summary>Length of an agreed secret: three uncompressed points.</summary>
    public const int SharedSecretLength = 3 * CryptoProvider.PublicKeyLength;

    // The identity key, then the pre-keys, newest first.
    private readonly PrivateKeyV1[] _keys;
    private readonly CryptoProvider _provider;

    private PrivateKeyBundle(PrivateKeyV1[] keys, CryptoProvider provider)
    {
        _keys = keys;
        _provider = provider;
        PublicBundleV1 = PublicKeyBundleV1.Create(keys[0].PublicKey, keys[1].PublicKey, provider);
        PublicBundle = SignedPublicKeyBundle.FromV1(PublicBundleV1);
        WalletAddress = PublicBundleV1.WalletAddress;
    }

    /// <summary>The account, recovered from the wallet's signature on the identity key.</summary>
    public EthereumAddress WalletAddress { get; }

    /// <summary>The public halves of the identity key and the newest pre-key, V1 form.</summary>
    public PublicKeyBundleV1 PublicBundleV1 { get; }

    /// <summary>The public halves of the identity key and the newest pre-key, V2 form.</summary>
    public SignedPublicKeyBundle PublicBundle { get; }

    /// <summary>The identity key. It is this bundle's: do not dispose it.</summary>
    public Secp256k1PrivateKey IdentityKey => _keys[0].Key;

    /// <summary>The newest pre-key, the one advertised. It is this bundle's: do not dispose it.</summary>
    public Secp256k1PrivateKey CurrentPreKey => _keys[1].Key;

    /// <summary>The provider that the keys use.</summary>
    public CryptoProvider Provider => _provider;

    /// <summary>Creates an identity: two random keys, the first signed by the wallet (one prompt), the second by the first.</summary>
    /// <param name="wallet">The account.</param>
    /// <param name="timeProvider">Dates the keys, in milliseconds.</param>
    /// <param name="provider">Does the cryptography.</param>
    /// <param name="random">Source of the keys; null for the system's.</param>
    /// <param name="cancellationToken">Gives up waiting for the wallet.</param>
    /// <exception cref="XmtpException">The wallet refused, failed, or signed something else (WalletFailed).</exception>
    public static async Task<PrivateKeyBundle> CreateAsync(
        IWallet wallet, TimeProvider timeProvider, CryptoProvider provider, RandomNumberGenerator? random = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(wallet);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(provider);
        ulong timestamp = Milliseconds(timeProvider);
        Secp256k1PrivateKey identityKey = Secp256k1PrivateKey.Generate(provider, random);
        PrivateKeyV1? preKey = null;
        try
        {
            var unsigned = PublicKeyV1.Serialise(timestamp, identityKey.PublicKey);
            byte[] signature = await WalletRequest.SignAsync(
                wallet, SignatureTexts.CreateIdentity(unsigned.Span), provider, cancellationToken).ConfigureAwait(false);
            PublicKeyV1 signed = new(timestamp, identityKey.PublicKey, EcdsaSignature.FromWallet(signature), unsigned);
            preKey = PrivateKeyV1.GeneratePreKey(identityKey, timestamp, provider, random);
            return new PrivateKeyBundle([new PrivateKeyV1(timestamp, identityKey, signed), preKey], provider);
        }
        catch
        {
            identityKey.Dispose();
            preKey?.Dispose();
            throw;
        }
    }

    /// <summary>Reads exported keys; also those that the first clients stored without a version around them.</summary>
    /// <param name="privateKeyBundleBytes">The serialised bundle. Clear it afterwards.</param>
    /// <param name="provider">Does the cryptography.</param>
    /// <exception cref="XmtpException">
    /// The bytes are no bundle or its keys do not belong together (MalformedData); the identity key's signature belongs to no
    /// account (CryptographyFailed); or the keys are V2, which no published client can load as its own (LegacyKeysRequired).
    /// </exception>
    public static PrivateKeyBundle Import(ReadOnlySpan<byte> privateKeyBundleBytes, CryptoProvider provider) =>
        Import(privateKeyBundleBytes, provider, out _);

    /// <summary>Serialises the keys, private ones included, as <c>PrivateKeyBundle { v1 }</c>, unencrypted. Clear the array after use.</summary>
    /// <exception cref="ObjectDisposedException">The bundle is disposed.</exception>
    public byte[] Export() => PrivateKeyBundleFormat.Write(_keys);

    /// <summary>Makes a bundle with one more, newest pre-key and copies of all keys of this one. Each is disposed on its own.</summary>
    /// <param name="timeProvider">Dates the pre-key, in milliseconds.</param>
    /// <param name="random">Source of the pre-key; null for the system's.</param>
    /// <exception cref="ObjectDisposedException">The bundle is disposed.</exception>
    public PrivateKeyBundle WithNewPreKey(TimeProvider timeProvider, RandomNumberGenerator? random = null)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        PrivateKeyV1 preKey = PrivateKeyV1.GeneratePreKey(IdentityKey, Milliseconds(timeProvider), _provider, random);
        PrivateKeyV1[] copies = Array.ConvertAll(_keys, static key => key.Copy());
        return new PrivateKeyBundle([copies[0], preKey, .. copies[1..]], _provider);
    }

    /// <summary>Finds the private half of a pre-key, newest or older.</summary>
    /// <param name="publicKey">Its public half, compared by the 65 bytes.</param>
    /// <param name="preKey">It is this bundle's: do not dispose it.</param>
    public bool TryGetPreKey(Secp256k1PublicKey publicKey, [NotNullWhen(true)] out Secp256k1PrivateKey? preKey)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        preKey = null;
        foreach (PrivateKeyV1 candidate in _keys.AsSpan(1))
        {
            if (!candidate.PublicKey.Key.Equals(publicKey))
                continue;
            preKey = candidate.Key;
            return true;
        }

        return false;
    }

    /// <summary>Agrees on a secret with a peer: the X3DH variant of the classic protocol, whole points and no ephemeral key.</summary>
    /// <param name="peer">The peer's bundle; its pre-key signature is checked.</param>
    /// <param name="myPreKey">Public half of the own pre-key to use.</param>
    /// <param name="iAmRecipient">Whose role is whose: the two orders give different secrets.</param>
    /// <returns>195 bytes; clear them after use.</returns>
    /// <exception cref="XmtpException">The peer's pre-key is not signed by its identity key, or no own pre-key matches (CryptographyFailed).</exception>
    /// <exception cref="ObjectDisposedException">The bundle is disposed.</exception>
    public byte[] SharedSecret(SignedPublicKeyBundle peer, Secp256k1PublicKey myPreKey, bool iAmRecipient)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return SharedSecret(peer.IsPreKeySignedByIdentity, peer.IdentityKey, peer.PreKey, myPreKey, iAmRecipient);
    }

    /// <inheritdoc cref="SharedSecret(SignedPublicKeyBundle, Secp256k1PublicKey, bool)"/>
    public byte[] SharedSecret(PublicKeyBundleV1 peer, Secp256k1PublicKey myPreKey, bool iAmRecipient)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return SharedSecret(peer.IsPreKeySignedByIdentity, peer.IdentityKey, peer.PreKey, myPreKey, iAmRecipient);
    }

    /// <summary>Clears the private keys.</summary>
    public void Dispose()
    {
        foreach (PrivateKeyV1 key in _keys)
            key.Dispose();
    }

    /// <summary>The account; never a key.</summary>
    public override string ToString() => $"private keys of {WalletAddress}";

    internal static PrivateKeyBundle Import(ReadOnlySpan<byte> data, CryptoProvider provider, out bool isCurrentLayout)
    {
        ArgumentNullException.ThrowIfNull(provider);
        PrivateKeyV1[] keys = PrivateKeyBundleFormat.Read(data, provider, out isCurrentLayout);
        try
        {
            return new PrivateKeyBundle(keys, provider);
        }
        catch
        {
            Array.ForEach(keys, static key => key.Dispose());
            throw;
        }
    }

    private byte[] SharedSecret(
        bool isPeerPreKeySigned, Secp256k1PublicKey peerIdentityKey, Secp256k1PublicKey peerPreKey, Secp256k1PublicKey myPreKey,
        bool iAmRecipient)
    {
        if (!isPeerPreKeySigned)
            throw new XmtpException(ErrorCatalogue.CryptographyFailed, "the peer's pre-key is not signed by its identity key");
        if (!TryGetPreKey(myPreKey, out Secp256k1PrivateKey? preKey))
            throw new XmtpException(ErrorCatalogue.CryptographyFailed, "no pre-key of this account matches");

        byte[] secret = new byte[SharedSecretLength];
        Span<byte> identityByPreKey = secret.AsSpan(iAmRecipient ? CryptoProvider.PublicKeyLength : 0, CryptoProvider.PublicKeyLength);
        Span<byte> preKeyByIdentity = secret.AsSpan(iAmRecipient ? 0 : CryptoProvider.PublicKeyLength, CryptoProvider.PublicKeyLength);
        IdentityKey.SharedPoint(peerPreKey, identityByPreKey);
        preKey.SharedPoint(peerIdentityKey, preKeyByIdentity);
        preKey.SharedPoint(peerPreKey, secret.AsSpan(2 * CryptoProvider.PublicKeyLength));
        return secret;
    }

    private static ulong Milliseconds(TimeProvider timeProvider) => checked((ulong)timeProvider.GetUtcNow().ToUnixTimeMilliseconds());
}
