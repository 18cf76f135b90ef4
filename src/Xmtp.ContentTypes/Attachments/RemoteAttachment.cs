using System.Security.Cryptography;
using Xmtp.Cryptography;

namespace Xmtp.ContentTypes;

/// <summary>
/// An encrypted file that lies elsewhere: where, and the key to it (XIP-17). Whoever holds this can read the file, so it
/// travels inside an encrypted message alone. <see cref="AttachmentCipher"/> makes and opens the payload.
/// </summary>
public sealed record RemoteAttachment
{
    /// <summary>Length of <see cref="ContentDigest"/> in bytes.</summary>
    public const int ContentDigestLength = SHA256.HashSizeInBytes;

    /// <summary>Length of <see cref="Salt"/> in bytes.</summary>
    public const int SaltLength = 32;

    /// <summary>Length of <see cref="Nonce"/> in bytes.</summary>
    public const int NonceLength = CryptoProvider.GcmNonceLength;

    /// <summary>Length of <see cref="Secret"/> in bytes.</summary>
    public const int SecretLength = 32;

    /// <summary>
    /// Where the payload lies; https only. A stranger chose it: download with a size limit, without cookies, and never
    /// from private addresses.
    /// </summary>
    /// <exception cref="ArgumentException">Not an absolute https address.</exception>
    public required Uri Url
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (!IsAllowed(value)) throw new ArgumentException("The scheme must be https.", nameof(value));
            field = value;
        }
    }

    /// <summary>SHA-256 of the payload, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> ContentDigest
    {
        get;
        init => field = OfLength(value, ContentDigestLength);
    }

    /// <summary>HKDF salt, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Salt
    {
        get;
        init => field = OfLength(value, SaltLength);
    }

    /// <summary>GCM nonce, 12 bytes.</summary>
    public required ReadOnlyMemory<byte> Nonce
    {
        get;
        init => field = OfLength(value, NonceLength);
    }

    /// <summary>The secret that the key is derived from, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Secret
    {
        get;
        init => field = OfLength(value, SecretLength);
    }

    /// <summary>Length of the payload in bytes as the sender states it; a hint, and missing in old messages.</summary>
    public long? ContentLength { get; init; }

    /// <summary>Name of the file as the sender states it; a hint, and missing in old messages. Save under <see cref="SafeFileName"/>.</summary>
    public string? FileName { get; init; }

    /// <summary><see cref="FileName"/> as one plain file name on every system: no folders, control characters or reserved names.</summary>
    public string SafeFileName => FileNames.MakeSafe(FileName ?? string.Empty);

    /// <summary>Whether all parts are the same.</summary>
    public bool Equals(RemoteAttachment? other) =>
        other is not null && Url.OriginalString == other.Url.OriginalString && ContentLength == other.ContentLength && FileName == other.FileName
        && ContentDigest.Span.SequenceEqual(other.ContentDigest.Span) && Salt.Span.SequenceEqual(other.Salt.Span)
        && Nonce.Span.SequenceEqual(other.Nonce.Span) && CryptographicOperations.FixedTimeEquals(Secret.Span, other.Secret.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Url.OriginalString, ContentLength, FileName);

    /// <summary>The length alone: neither the address nor the key belongs in a log.</summary>
    public override string ToString() => ContentLength is { } length ? $"remote attachment of {length} bytes" : "remote attachment";

    internal static bool IsAllowed(Uri url) => url.IsAbsoluteUri && url.Scheme == Uri.UriSchemeHttps;

    private static ReadOnlyMemory<byte> OfLength(ReadOnlyMemory<byte> value, int length) =>
        value.Length == length ? value : throw new ArgumentException($"{length} bytes are needed here, not {value.Length}.", nameof(value));
}
