using Google.Protobuf;
using Xmtp.Conformance.Vectors;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance;

/// <summary>File 02.</summary>
public sealed class IdentityV2Tests
{
    private static readonly Vector Root = VectorFiles.Open("02-identity-v2");

    public static TheoryData<string, int> People => Providers.WithEach(Root["converted_from_v1"]);

    [Theory]
    [MemberData(nameof(People))]
    public void FromV1_OfAPerson_GivesTheVectorsBundle(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["converted_from_v1"][index];
        using var person = Person.Named(vector["name"].Text, provider);

        var bundle = SignedPublicKeyBundle.FromV1(person.Keys.PublicBundleV1);

        Assert.Equal(person.Keys.PublicBundle, bundle);
        Assert.Equal(vector["wallet_address"].Address, bundle.WalletAddress);
        Assert.True(bundle.IsPreKeySignedByIdentity);
        var proto = bundle.ToProto();
        Assert.Equal(vector["signed_public_key_bundle_bytes"].Bytes, proto.ToByteArray());
        Assert.Equal(vector["signed_identity_key_bytes"].Bytes, proto.IdentityKey.ToByteArray());
        Assert.Equal(vector["signed_pre_key_bytes"].Bytes, proto.PreKey.ToByteArray());
        Assert.Equal(vector["identity_key_bytes_field"].Bytes, proto.IdentityKey.KeyBytes.ToByteArray());
        Assert.Equal(vector["pre_key_bytes_field"].Bytes, proto.PreKey.KeyBytes.ToByteArray());
        Assert.Equal(vector["identity_created_ns_field"].Number, bundle.SignedIdentityKey.CreatedNs);
        Signatures.AssertEqual(vector["identity_signature"], proto.IdentityKey.Signature);
        Signatures.AssertEqual(vector["pre_key_signature"], proto.PreKey.Signature);
    }

    [Theory]
    [MemberData(nameof(People))]
    public void ToV1_OfAConvertedBundle_GivesTheOriginalBack(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["converted_from_v1"][index];
        var bundle = SignedPublicKeyBundle.FromProto(Proto.SignedPublicKeyBundle.Parser.ParseFrom(vector["signed_public_key_bundle_bytes"].Bytes), provider);

        Assert.Equal(vector["converts_back_to_public_key_bundle_bytes"].Bytes, bundle.ToV1().ToProto().ToByteArray());
    }

    [Theory]
    [MemberData(nameof(People))]
    public void Import_OfAV2PrivateBundle_IsRefusedThoughItsKeysAreTheSame(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["converted_from_v1"][index];
        using var person = Person.Named(vector["name"].Text, provider);
        var bytes = vector["private_key_bundle_bytes"].Bytes;
        var proto = Proto.PrivateKeyBundle.Parser.ParseFrom(bytes).V2;
        Assert.Equal(vector["private_key_bundle_v2_proto_created_ns"].Number, proto.IdentityKey.CreatedNs);
        Assert.Equal(person.Keys.IdentityKey.Export(), proto.IdentityKey.Secp256K1.Bytes.ToByteArray());
        Assert.Equal(person.Keys.PublicBundle.ToProto().IdentityKey, proto.IdentityKey.PublicKey);

        var failure = Assert.Throws<XmtpException>(() => PrivateKeyBundle.Import(bytes, provider));

        Assert.Equal(ErrorCatalogue.LegacyKeysRequired, failure.Code);
    }

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public async Task NativeBundle_OfAV2Account_IsReadButHasNoLegacyForm(string providerName)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["native_v2"];
        var proto = Proto.SignedPublicKeyBundle.Parser.ParseFrom(vector["signed_public_key_bundle_bytes"].Bytes);
        var bundle = SignedPublicKeyBundle.FromProto(proto, provider);
        using var wallet = new PrivateKeyWallet(vector["wallet_private_key"].Bytes, provider);
        using var identityKey = new Cryptography.Secp256k1PrivateKey(vector["identity_private_key"].Bytes, provider);
        using var preKey = new Cryptography.Secp256k1PrivateKey(vector["pre_private_key"].Bytes, provider);
        var text = SignatureTexts.CreateIdentity(bundle.SignedIdentityKey.KeyBytes.Span);

        Assert.Equal(vector["wallet_address"].Address, bundle.WalletAddress);
        Assert.True(bundle.IsPreKeySignedByIdentity);
        Assert.Equal(vector["identity_created_ns"].Number, bundle.SignedIdentityKey.CreatedNs);
        Assert.Equal(identityKey.PublicKey, bundle.IdentityKey);
        Assert.Equal(preKey.PublicKey, bundle.PreKey);
        Assert.Equal(vector["create_identity_text"].Text, text);
        Assert.Equal(vector["wallet_signature_65"].Bytes, await wallet.SignPersonalMessageAsync(text, TestContext.Current.CancellationToken));
        Signatures.AssertEqual(vector["identity_signature"], bundle.ToProto().IdentityKey.Signature);
        Signatures.AssertEqual(vector["pre_key_signature"], bundle.ToProto().PreKey.Signature);
        Assert.Equal(proto.ToByteArray(), bundle.ToProto().ToByteArray());
        Assert.Equal(ErrorCatalogue.LegacyKeysRequired, Assert.Throws<XmtpException>(() => PrivateKeyBundle.Import(vector["private_key_bundle_bytes"].Bytes, provider)).Code);

        var failure = Assert.Throws<XmtpException>(bundle.ToV1);

        Assert.Equal(ErrorCatalogue.LegacyKeysRequired, failure.Code);
        Assert.Contains(vector["to_legacy_error"].Text, failure.Message, StringComparison.Ordinal);
    }
}
