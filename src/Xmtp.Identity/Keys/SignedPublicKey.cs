using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity;

/// <summary>A signed V2 key. The signature covers <see cref="KeyBytes"/> just as received.</summary>
public sealed class SignedPublicKey : IEquatable<SignedPublicKey>
{
    /// <summary>Keys converted from V1 hold milliseconds where native ones hold nanoseconds; this is the border.</summary>
    private const ulong NativeCreatedNsMin = 1_000_000_000_000_000_000;

    internal SignedPublicKey(ulong createdNs, Secp256k1PublicKey key, WireSignature signature, ByteString keyBytes)
    {
        CreatedNs = createdNs;
        Key = key;
        Signature = signature;
        Received = keyBytes;
    }

    /// <summary>The field of that name as it travelled: nanoseconds since 1970, or milliseconds when <see cref="IsFromV1"/>.</summary>
    public ulong CreatedNs { get; }

    /// <summary>The key, 65 bytes.</summary>
    public Secp256k1PublicKey Key { get; }

    /// <summary>By the wallet for an identity key, by the identity key for a pre-key.</summary>
    public WireSignature Signature { get; }

    /// <summary>What the signature covers, as received.</summary>
    public ReadOnlyMemory<byte> KeyBytes => Received.Memory;

    /// <summary>Whether this key began as a V1 key and can be turned back into one.</summary>
    public bool IsFromV1 => CreatedNs < NativeCreatedNsMin;

    internal ByteString Received { get; }

    /// <summary>Reads the wire form.</summary>
    /// <exception cref="XmtpException">A part is missing or malformed (MalformedData).</exception>
    public static SignedPublicKey FromProto(Proto.SignedPublicKey? proto, CryptoProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        if (proto is null || proto.KeyBytes.IsEmpty)
            throw new XmtpException(ErrorCatalogue.MalformedData, "signed public key is missing");

        Proto.UnsignedPublicKey unsigned;
        try
        {
            unsigned = Proto.UnsignedPublicKey.Parser.ParseFrom(proto.KeyBytes);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new XmtpException(ErrorCatalogue.MalformedData, "signed public key does not parse", failure);
        }

        if (unsigned.Secp256K1Uncompressed is not { } key)
            throw new XmtpException(ErrorCatalogue.MalformedData, "signed public key holds no secp256k1 key");
        return new(
            unsigned.CreatedNs,
            new Secp256k1PublicKey(key.Bytes.Span, provider),
            WireSignature.FromProto(proto.Signature),
            proto.KeyBytes);
    }

    /// <summary>Makes the wire form around the bytes received.</summary>
    public Proto.SignedPublicKey ToProto() => new() { KeyBytes = Received, Signature = Signature.ToProto() };

    /// <summary>Two V2 keys are equal when <see cref="KeyBytes"/> and the whole signature are.</summary>
    public bool Equals(SignedPublicKey? other) =>
        other is not null && Received.Equals(other.Received) && Signature.Equals(other.Signature);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SignedPublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Convert.ToHexStringLower(Key.Span);

    /// <summary>The V2 form of a V1 key: the same signed bytes, the signature in the arm that V2 wants there.</summary>
    internal static SignedPublicKey FromV1(PublicKeyV1 key, SignatureArm arm) =>
        new(key.Timestamp, key.Key, new WireSignature(arm, key.Signature), key.Unsigned);

    /// <summary>
    /// The V1 form, or null when there is none: the key was born as V2, or its bytes are in another order than a V1 key would
    /// be serialised to, which would leave the signature void.
    /// </summary>
    internal PublicKeyV1? ToV1()
    {
        if (!IsFromV1)
            return null;
        ByteString unsigned = PublicKeyV1.Serialise(CreatedNs, Key);
        return unsigned.Equals(Received) ? new PublicKeyV1(CreatedNs, Key, Signature.Value, unsigned) : null;
    }
}
