using System.Diagnostics.CodeAnalysis;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity;

/// <summary>An account's public keys in V2 form: the identity key signed by the wallet, the pre-key signed by the identity key.</summary>
/// <remarks>Safe for concurrent use; the results of the two signature checks are kept.</remarks>
public sealed class SignedPublicKeyBundle : IEquatable<SignedPublicKeyBundle>
{
    private readonly BundleChecks _checks;

    private SignedPublicKeyBundle(SignedPublicKey identityKey, SignedPublicKey preKey, BundleChecks checks)
    {
        SignedIdentityKey = identityKey;
        SignedPreKey = preKey;
        _checks = checks;
    }

    /// <summary>The identity key.</summary>
    public Secp256k1PublicKey IdentityKey => SignedIdentityKey.Key;

    /// <summary>The pre-key.</summary>
    public Secp256k1PublicKey PreKey => SignedPreKey.Key;

    /// <summary>The identity key with its received bytes and wallet signature.</summary>
    public SignedPublicKey SignedIdentityKey { get; }

    /// <summary>The pre-key with its received bytes and the identity key's signature.</summary>
    public SignedPublicKey SignedPreKey { get; }

    /// <summary>
    /// The account, recovered from the wallet's signature. A wrong signature gives some other address and no error: compare
    /// with the account that is expected.
    /// </summary>
    /// <exception cref="XmtpException">The signature belongs to no account at all (CryptographyFailed).</exception>
    public EthereumAddress WalletAddress => _checks.WalletAddress;

    /// <summary>Whether the identity key signed the pre-key. When not, the bundle must not be used for key agreement.</summary>
    public bool IsPreKeySignedByIdentity => _checks.IsPreKeySigned;

    /// <summary>Reads the wire form.</summary>
    /// <exception cref="XmtpException">
    /// A key or signature is missing or malformed, or the identity key's signature is not in the wallet arm (MalformedData).
    /// </exception>
    public static SignedPublicKeyBundle FromProto(Proto.SignedPublicKeyBundle? proto, CryptoProvider provider)
    {
        if (proto?.IdentityKey is null || proto.PreKey is null)
            throw new XmtpException(ErrorCatalogue.MalformedData, "bundle has no identity key or no pre-key");
        SignedPublicKey identityKey = SignedPublicKey.FromProto(proto.IdentityKey, provider);
        SignedPublicKey preKey = SignedPublicKey.FromProto(proto.PreKey, provider);
        if (identityKey.Signature.Arm != SignatureArm.WalletEcdsaCompact)
            throw new XmtpException(ErrorCatalogue.MalformedData, "identity key is not signed by a wallet");
        return new(identityKey, preKey, new BundleChecks(
            identityKey.Key,
            identityKey.KeyBytes,
            identityKey.Signature.Value,
            preKey.KeyBytes,
            preKey.Signature.Arm == SignatureArm.EcdsaCompact ? preKey.Signature.Value : null,
            provider));
    }

    /// <summary>Converts a V1 bundle. The signed bytes stay the same, so every signature stays valid.</summary>
    public static SignedPublicKeyBundle FromV1(PublicKeyBundleV1 bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return new(
            SignedPublicKey.FromV1(bundle.SignedIdentityKey, SignatureArm.WalletEcdsaCompact),
            SignedPublicKey.FromV1(bundle.SignedPreKey, SignatureArm.EcdsaCompact),
            bundle.Checks);
    }

    /// <summary>Makes the wire form around the bytes received.</summary>
    public Proto.SignedPublicKeyBundle ToProto() =>
        new() { IdentityKey = SignedIdentityKey.ToProto(), PreKey = SignedPreKey.ToProto() };

    /// <summary>Converts back to V1, which works only for keys that began there.</summary>
    /// <exception cref="XmtpException">A key was born as V2 (LegacyKeysRequired).</exception>
    public PublicKeyBundleV1 ToV1() =>
        TryToV1(out PublicKeyBundleV1? bundle)
            ? bundle
            : throw new XmtpException(ErrorCatalogue.LegacyKeysRequired, "the bundle cannot be converted to legacy keys");

    /// <summary>Converts back to V1, which works only for keys that began there.</summary>
    public bool TryToV1([NotNullWhen(true)] out PublicKeyBundleV1? bundle)
    {
        bundle = SignedIdentityKey.ToV1() is { } identityKey && SignedPreKey.ToV1() is { } preKey
            ? new PublicKeyBundleV1(identityKey, preKey, _checks)
            : null;
        return bundle is not null;
    }

    /// <summary>Equal when both keys are, by their received bytes and signatures.</summary>
    public bool Equals(SignedPublicKeyBundle? other) =>
        other is not null && SignedIdentityKey.Equals(other.SignedIdentityKey) && SignedPreKey.Equals(other.SignedPreKey);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SignedPublicKeyBundle);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(SignedIdentityKey, SignedPreKey);
}
