namespace Xmtp.ContentTypes;

/// <summary>Content encrypted for upload. Upload exactly <see cref="Payload"/>, then send <see cref="ToRemoteAttachment"/> of its address.</summary>
public sealed class EncryptedAttachment
{
    internal EncryptedAttachment()
    {
    }

    /// <summary>The bytes to upload: ciphertext and the 16-byte tag.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>SHA-256 of <see cref="Payload"/>, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> ContentDigest { get; init; }

    /// <summary>HKDF salt, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Salt { get; init; }

    /// <summary>GCM nonce, 12 bytes.</summary>
    public required ReadOnlyMemory<byte> Nonce { get; init; }

    /// <summary>The secret that the key is derived from, 32 bytes. It belongs in the message and nowhere else.</summary>
    public required ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>Name of the file, if the content has one.</summary>
    public string? FileName { get; init; }

    /// <summary>The content of the message that points at the uploaded payload.</summary>
    /// <param name="url">Where the payload can be downloaded; https only.</param>
    /// <exception cref="ArgumentException">The address is not https.</exception>
    public RemoteAttachment ToRemoteAttachment(Uri url) => new()
    {
        Url = url,
        ContentDigest = ContentDigest,
        Salt = Salt,
        Nonce = Nonce,
        Secret = Secret,
        ContentLength = Payload.Length,
        FileName = FileName,
    };

    /// <summary>The length alone: the key belongs in no log.</summary>
    public override string ToString() => $"encrypted attachment of {Payload.Length} bytes";
}
