using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity;

/// <summary>
/// A signed V1 key. What its signature covers is the key and its time serialised anew, so those two are kept exactly; anything
/// else that stood in the received message is dropped.
/// </summary>
public sealed class PublicKeyV1 : IEquatable<PublicKeyV1>
{
    internal PublicKeyV1(ulong timestamp, Secp256k1PublicKey key, EcdsaSignature signature)
        : this(timestamp, key, signature, Serialise(timestamp, key))
    {
    }

    internal PublicKeyV1(ulong timestamp, Secp256k1PublicKey key, EcdsaSignature signature, ByteString unsignedBytes)
    {
        Timestamp = timestamp;
        Key = key;
        Signature = signature;
        Unsigned = unsignedBytes;
    }

    /// <summary>Creation time as it travelled: milliseconds since 1970 by intent, but never trusted, scaled or rounded.</summary>
    public ulong Timestamp { get; }

    /// <summary>The key, 65 bytes.</summary>
    public Secp256k1PublicKey Key { get; }

    /// <summary>By the wallet for an identity key, by the identity key for a pre-key.</summary>
    public EcdsaSignature Signature { get; }

    /// <summary>What the signature covers: time and key.</summary>
    public ReadOnlyMemory<byte> UnsignedBytes => Unsigned.Memory;

    internal ByteString Unsigned { get; }

    /// <summary>
    /// Reads the wire form. A signature in the wallet arm, as one mobile SDK wrote it, counts as being in the usual arm.
    /// </summary>
    /// <exception cref="XmtpException">The key or its signature is missing or malformed (MalformedData).</exception>
    public static PublicKeyV1 FromProto(Proto.PublicKey? proto, CryptoProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        if (proto?.Secp256K1Uncompressed is not { } key)
            throw new XmtpException(ErrorCatalogue.MalformedData, "public key is missing");
        if (proto.Signature is null)
            throw new XmtpException(ErrorCatalogue.MalformedData, "public key is not signed");
        return new(
            proto.Timestamp, new Secp256k1PublicKey(key.Bytes.Span, provider), WireSignature.FromProto(proto.Signature).Value);
    }

    /// <summary>Makes the wire form, with the signature in the <see cref="SignatureArm.EcdsaCompact"/> arm.</summary>
    public Proto.PublicKey ToProto() => new()
    {
        Timestamp = Timestamp,
        Signature = new WireSignature(SignatureArm.EcdsaCompact, Signature).ToProto(),
        Secp256K1Uncompressed = new() { Bytes = ByteString.CopyFrom(Key.Span) },
    };

    /// <summary>Two V1 keys are equal when their 65 key bytes are; times and signatures do not count.</summary>
    public bool Equals(PublicKeyV1? other) => other is not null && Key.Span.SequenceEqual(other.Key.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKeyV1);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Convert.ToHexStringLower(Key.Span);

    /// <summary>Serialises what a V1 signature covers.</summary>
    internal static ByteString Serialise(ulong timestamp, Secp256k1PublicKey key) =>
        new Proto.PublicKey
        {
            Timestamp = timestamp,
            Secp256K1Uncompressed = new() { Bytes = ByteString.CopyFrom(key.Span) },
        }.ToByteString();
}
