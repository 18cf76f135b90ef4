using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity;

/// <summary>An account's public keys in V1 form: the identity key signed by the wallet, the pre-key signed by the identity key.</summary>
/// <remarks>Safe for concurrent use; the results of the two signature checks are kept.</remarks>
public sealed class PublicKeyBundleV1 : IEquatable<PublicKeyBundleV1>
{
    internal PublicKeyBundleV1(PublicKeyV1 identityKey, PublicKeyV1 preKey, BundleChecks checks)
    {
        SignedIdentityKey = identityKey;
        SignedPreKey = preKey;
        Checks = checks;
    }

    /// <summary>The identity key.</summary>
    public Secp256k1PublicKey IdentityKey => SignedIdentityKey.Key;

    /// <summary>The pre-key.</summary>
    public Secp256k1PublicKey PreKey => SignedPreKey.Key;

    /// <summary>The identity key with its time and wallet signature.</summary>
    public PublicKeyV1 SignedIdentityKey { get; }

    /// <summary>The pre-key with its time and the identity key's signature.</summary>
    public PublicKeyV1 SignedPreKey { get; }

    /// <summary>
    /// The account, recovered from the wallet's signature. A wrong signature gives some other address and no error: compare
    /// with the account that is expected.
    /// </summary>
    /// <exception cref="XmtpException">The signature belongs to no account at all (CryptographyFailed).</exception>
    public EthereumAddress WalletAddress => Checks.WalletAddress;

    /// <summary>Whether the identity key signed the pre-key. When not, the bundle must not be used for key agreement.</summary>
    public bool IsPreKeySignedByIdentity => Checks.IsPreKeySigned;

    internal BundleChecks Checks { get; }

    /// <summary>Reads the wire form.</summary>
    /// <exception cref="XmtpException">A key or signature is missing or malformed (MalformedData).</exception>
    public static PublicKeyBundleV1 FromProto(Proto.PublicKeyBundle? proto, CryptoProvider provider)
    {
        if (proto?.IdentityKey is null || proto.PreKey is null)
            throw new XmtpException(ErrorCatalogue.MalformedData, "bundle has no identity key or no pre-key");
        return Create(PublicKeyV1.FromProto(proto.IdentityKey, provider), PublicKeyV1.FromProto(proto.PreKey, provider), provider);
    }

    /// <summary>Makes the wire form, signatures in the <see cref="SignatureArm.EcdsaCompact"/> arm.</summary>
    public Proto.PublicKeyBundle ToProto() =>
        new() { IdentityKey = SignedIdentityKey.ToProto(), PreKey = SignedPreKey.ToProto() };

    /// <summary>Equal when both keys are, by their 65 bytes.</summary>
    public bool Equals(PublicKeyBundleV1? other) =>
        other is not null && SignedIdentityKey.Equals(other.SignedIdentityKey) && SignedPreKey.Equals(other.SignedPreKey);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKeyBundleV1);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(SignedIdentityKey, SignedPreKey);

    internal static PublicKeyBundleV1 Create(PublicKeyV1 identityKey, PublicKeyV1 preKey, CryptoProvider provider) =>
        new(identityKey, preKey, new BundleChecks(
            identityKey.Key, identityKey.UnsignedBytes, identityKey.Signature, preKey.UnsignedBytes, preKey.Signature, provider));
}
