using Xmtp.Cli.Output;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageContents;
using ContactBundle = Xmtp.Protocol.MessageContents.ContactBundle;
using EncryptedPrivateKeyBundle = Xmtp.Protocol.MessageContents.EncryptedPrivateKeyBundle;
using PrivateKeyBundle = Xmtp.Identity.PrivateKeyBundle;
using SignedPublicKeyBundle = Xmtp.Identity.SignedPublicKeyBundle;

namespace Xmtp.Cli.Decoding;

/// <summary>Key bundles, public and private. Of private ones nothing but the public half is ever shown.</summary>
internal static class KeyKinds
{
    public static DecodeOutput? PublicKeyBundle(byte[] bytes, bool strict) =>
        StrictProto.TryParse(Protocol.MessageContents.PublicKeyBundle.Parser, bytes, strict, out var proto) ? Describe("public-key-bundle", bytes.Length, proto) : null;

    public static DecodeOutput? SignedBundle(byte[] bytes, bool strict) =>
        StrictProto.TryParse(Protocol.MessageContents.SignedPublicKeyBundle.Parser, bytes, strict, out var proto) ? Describe("signed-public-key-bundle", bytes.Length, proto) : null;

    public static DecodeOutput? Contact(byte[] bytes, bool strict)
    {
        if (!StrictProto.TryParse(ContactBundle.Parser, bytes, strict, out var contact)) return null;
        var (version, inner) = contact switch
        {
            { V2.KeyBundle: { } v2 } => ("v2", Describe("signed-public-key-bundle", v2.CalculateSize(), v2)),
            { V1.KeyBundle: { } v1 } => ("v1", Describe("public-key-bundle", v1.CalculateSize(), v1)),
            _ => default,
        };
        return inner is null ? null : new Blob("contact-bundle", bytes.Length) { Inner = inner }.With("version", version).With("wallet", inner.Fields.GetValueOrDefault("wallet")).ToOutput();
    }

    public static DecodeOutput? PrivateBundle(byte[] bytes, bool strict)
    {
        // What is not marked as one is taken for another kind, however private it is.
        try
        {
            using var keys = PrivateKeyBundle.Import(bytes, CryptoProvider.Default);
            var blob = new Blob("private-key-bundle", bytes.Length).With("version", "v1").With("wallet", keys.WalletAddress.ToString())
                .With("identityKey", keys.IdentityKey.PublicKey.Span).With("preKey", keys.CurrentPreKey.PublicKey.Span);
            blob.Verdicts.Add("keys", true, "private and public keys belong together; the private ones are not shown");
            return blob.ToOutput();
        }
        catch (XmtpException failure) when (failure.Code == ErrorCatalogue.LegacyKeysRequired)
        {
            var blob = new Blob("private-key-bundle", bytes.Length).With("version", "v2");
            blob.Verdicts.Skip("keys", "no published client uses keys of version 2 as its own, nor does this one");
            return blob.ToOutput();
        }
        catch (XmtpException)
        {
            return null;
        }
    }

    public static DecodeOutput? EncryptedPrivateBundle(byte[] bytes, bool strict)
    {
        // Before 2022 nothing was wrapped around it.
        var sealedKeys = StrictProto.TryParse(EncryptedPrivateKeyBundle.Parser, bytes, strict, out var proto) ? proto.V1 : null;
        if (sealedKeys is null && !StrictProto.TryParse(EncryptedPrivateKeyBundleV1.Parser, bytes, strict, out sealedKeys)) return null;
        if (sealedKeys.WalletPreKey.Length != Identity.EncryptedPrivateKeyBundle.WalletPreKeyLength || !StrictProto.IsWellFormed(sealedKeys.Ciphertext)) return null;
        var blob = new Blob("encrypted-private-key-bundle", bytes.Length).With("version", "v1").With("ciphertextLength", sealedKeys.Ciphertext.Aes256GcmHkdfSha256.Payload.Length);
        blob.Verdicts.Skip("wallet", "only the wallet that encrypted it can tell whose it is");
        return blob.ToOutput();
    }

    public static DecodeOutput? Describe(string kind, int length, Protocol.MessageContents.PublicKeyBundle proto)
    {
        try
        {
            var bundle = PublicKeyBundleV1.FromProto(proto, CryptoProvider.Default);
            return Describe(new Blob(kind, length), bundle.IdentityKey, bundle.PreKey, bundle.IsPreKeySignedByIdentity, () => bundle.WalletAddress)
                .WithTimeMs("created", bundle.SignedIdentityKey.Timestamp).WithTimeMs("preKeyCreated", bundle.SignedPreKey.Timestamp).ToOutput();
        }
        catch (XmtpException)
        {
            return null;
        }
    }

    public static DecodeOutput? Describe(string kind, int length, Protocol.MessageContents.SignedPublicKeyBundle proto)
    {
        try
        {
            var bundle = SignedPublicKeyBundle.FromProto(proto, CryptoProvider.Default);
            var blob = Describe(new Blob(kind, length), bundle.IdentityKey, bundle.PreKey, bundle.IsPreKeySignedByIdentity, () => bundle.WalletAddress);

            // A key that was converted from the older form keeps its milliseconds.
            return (bundle.SignedIdentityKey.IsFromV1
                ? blob.With("convertedFrom", "v1").WithTimeMs("created", bundle.SignedIdentityKey.CreatedNs).WithTimeMs("preKeyCreated", bundle.SignedPreKey.CreatedNs)
                : blob.WithTime("created", bundle.SignedIdentityKey.CreatedNs).WithTime("preKeyCreated", bundle.SignedPreKey.CreatedNs)).ToOutput();
        }
        catch (XmtpException)
        {
            return null;
        }
    }

    private static Blob Describe(Blob blob, Secp256k1PublicKey identityKey, Secp256k1PublicKey preKey, bool isPreKeySigned, Func<EthereumAddress> wallet)
    {
        try
        {
            blob.With("wallet", wallet().ToString());
            blob.Verdicts.Skip("wallet signature", "it is that of the wallet above; only who expects that wallet can say that it is the right one");
        }
        catch (XmtpException)
        {
            blob.Verdicts.Add("wallet signature", false, "it belongs to no wallet at all");
        }

        blob.Verdicts.Add("pre-key signature", isPreKeySigned, isPreKeySigned ? "the identity key signed the pre-key" : "the identity key did not sign the pre-key");
        return blob.With("identityKey", identityKey.Span).With("preKey", preKey.Span);
    }
}
