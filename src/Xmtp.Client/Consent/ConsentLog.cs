using System.Buffers.Text;
using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Client.Messages;
using Xmtp.Cryptography;
using Xmtp.Protocol.Topics;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Consent;

/// <summary>
/// An account's allow and deny decisions on the network: a topic that cannot be linked to the address, with entries that
/// only the account's identity key makes and reads. Anyone may write there, so what does not decrypt is skipped.
/// </summary>
public sealed class ConsentLog : IDisposable
{
    private readonly SecretKey _secret = new(typeof(ConsentLog));
    private readonly Secp256k1PublicKey _owner;
    private readonly CryptoProvider _provider;

    /// <summary>Derives topic and key.</summary>
    /// <param name="identityKey">The account's identity key; stays the caller's to dispose.</param>
    public ConsentLog(Secp256k1PrivateKey identityKey)
    {
        ArgumentNullException.ThrowIfNull(identityKey);
        (_owner, _provider) = (identityKey.PublicKey, identityKey.Provider);
        Span<byte> privateKey = stackalloc byte[CryptoProvider.PrivateKeyLength];
        Span<byte> place = stackalloc byte[SecretKey.Length];
        try
        {
            identityKey.CopyTo(privateKey);
            HKDF.DeriveKey(HashAlgorithmName.SHA256, privateKey, _secret.Uninitialised, "XMTP_PRIVATE_PREFERENCES_ENCRYPTION"u8, []);
            HKDF.DeriveKey(HashAlgorithmName.SHA256, privateKey, place, "XMTP_PRIVATE_PREFERENCES_TOPIC"u8, []);
            Identifier = Base64Url.EncodeToString(SHA256.HashData(place));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
            CryptographicOperations.ZeroMemory(place);
        }

        Topic = Topic.UserPreferences(Identifier);
    }

    /// <summary>The part of the topic that stands for the account: 43 characters of unpadded base64url.</summary>
    public string Identifier { get; }

    /// <summary>Where the log is.</summary>
    public Topic Topic { get; }

    /// <inheritdoc/>
    public void Dispose() => _secret.Dispose();

    /// <summary>Encrypts one decision.</summary>
    /// <param name="action">Allowed or denied.</param>
    /// <param name="random">Source of salt and nonce; null for the system's.</param>
    /// <returns>The envelope's message. Publish it with a time of <see cref="ConsentList.NextTimeNs"/>.</returns>
    /// <exception cref="ObjectDisposedException">The log's key was cleared.</exception>
    public byte[] Encrypt(ConsentAction action, RandomNumberGenerator? random = null)
    {
        ArgumentNullException.ThrowIfNull(action);
        Span<byte> secret = stackalloc byte[SecretKey.Length];
        try
        {
            _secret.CopyTo(secret);
            var ciphertext = AesGcmHkdf.Encrypt(_provider, secret, action.ToProto().ToByteArray(), _owner.Span, random);
            return new Proto.PrivatePreferencesPayload { V1 = ciphertext }.ToByteArray();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Decrypts an entry. One may hold several decisions, in the order in which they count.</summary>
    /// <param name="message">The envelope's message.</param>
    /// <exception cref="ObjectDisposedException">The log's key was cleared.</exception>
    public Opened<ConsentAction[]> Decrypt(ReadOnlySpan<byte> message)
    {
        if (!WireReader.TryParse(Proto.PrivatePreferencesPayload.Parser, message, out var payload)) return DropReason.Malformed;
        if (!WireReader.IsWellFormed(payload.V1)) return DropReason.CiphertextMalformed;
        Span<byte> secret = stackalloc byte[SecretKey.Length];
        try
        {
            _secret.CopyTo(secret);
            if (!AesGcmHkdf.TryDecrypt(_provider, payload.V1, secret, _owner.Span, out var action)) return DropReason.DecryptionFailed;
            return ConsentActionReader.TryRead(action) is { } actions ? actions : DropReason.ContentUndecodable;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
