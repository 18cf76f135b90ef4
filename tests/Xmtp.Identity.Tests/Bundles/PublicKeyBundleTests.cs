using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity.Tests.Bundles;

/// <summary>Public bundles in both forms, and the way from one to the other.</summary>
public sealed class PublicKeyBundleTests
{
    private static readonly CryptoProvider Provider = CryptoProvider.Default;

    [Theory, ClassData(typeof(CryptoProviders))]
    public void V1FromProto_VectorBundles_RecoversWalletAndChecksPreKey(string provider)
    {
        foreach (var name in People.Names)
        {
            var bundle = PublicKeyBundleV1.FromProto(People.PublicProto(name), CryptoProviders.Get(provider));
            Assert.Equal(People.Row(name).Text("wallet_address"), bundle.WalletAddress.ToString());
            Assert.True(bundle.IsPreKeySignedByIdentity);
            Assert.Equal(People.Row(name).Member("identity").Text("public_key_uncompressed"), bundle.IdentityKey.ToString());
            Assert.Equal(People.Row(name).Member("pre_key").Text("public_key_uncompressed"), bundle.PreKey.ToString());
            Assert.Equal(People.Row(name).Text("public_key_bundle_bytes"), bundle.ToProto().HexOf());
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void V2FromProto_VectorBundles_RecoversWalletAndChecksPreKey(string provider)
    {
        foreach (var row in Vectors.Load("02-identity-v2.json").Rows("converted_from_v1"))
        {
            var bundle = SignedPublicKeyBundle.FromProto(
                Proto.SignedPublicKeyBundle.Parser.ParseFrom(row.Bytes("signed_public_key_bundle_bytes")), CryptoProviders.Get(provider));
            Assert.Equal(row.Text("wallet_address"), bundle.WalletAddress.ToString());
            Assert.True(bundle.IsPreKeySignedByIdentity);
            Assert.Equal(row.Text("signed_public_key_bundle_bytes"), bundle.ToProto().HexOf());
            Assert.Equal(row.Text("converts_back_to_public_key_bundle_bytes"), bundle.ToV1().ToProto().HexOf());
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void FromV1_VectorBundles_GivesVectorV2(string provider)
    {
        foreach (var row in Vectors.Load("02-identity-v2.json").Rows("converted_from_v1"))
        {
            var v1 = PublicKeyBundleV1.FromProto(People.PublicProto(row.Text("name")), CryptoProviders.Get(provider));
            var v2 = SignedPublicKeyBundle.FromV1(v1);
            Assert.Equal(row.Text("signed_public_key_bundle_bytes"), v2.ToProto().HexOf());
            Assert.Equal(v1.WalletAddress, v2.WalletAddress);
            Assert.True(v2.IsPreKeySignedByIdentity);
            Assert.Equal(v1, v2.ToV1());
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void ToV1_NativeBundle_IsRefused(string provider)
    {
        var bundle = People.NativeBundle(CryptoProviders.Get(provider));
        Assert.Equal(People.NativeV2.Text("wallet_address"), bundle.WalletAddress.ToString());
        Assert.True(bundle.IsPreKeySignedByIdentity);
        Assert.Equal(People.NativeV2.Text("signed_public_key_bundle_bytes"), bundle.ToProto().HexOf());
        Assert.False(bundle.TryToV1(out _));
        var refusal = Refusal.Of(ErrorCatalogue.LegacyKeysRequired, () => bundle.ToV1());
        Assert.Contains("cannot be converted to legacy key", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToV1_ReorderedKeyBytes_IsRefused()
    {
        // Time after key: the same key and time, yet a V1 key would be signed over other bytes.
        var proto = People.SignedProto("amal");
        var unsigned = Proto.UnsignedPublicKey.Parser.ParseFrom(proto.PreKey.KeyBytes);
        var time = new Proto.UnsignedPublicKey { CreatedNs = unsigned.CreatedNs }.ToByteArray();
        unsigned.CreatedNs = 0;
        proto.PreKey.KeyBytes = ByteString.CopyFrom([.. unsigned.ToByteArray(), .. time]);
        Assert.False(SignedPublicKeyBundle.FromProto(proto, Provider).TryToV1(out _));
    }

    [Theory]
    [InlineData(999_999_999_999_999_999ul, true)]
    [InlineData(1_000_000_000_000_000_000ul, false)]
    public void TryToV1_TimeAtTheBorder_DecidesByIt(ulong createdNs, bool expected)
    {
        var proto = People.SignedProto("amal");
        var unsigned = Proto.UnsignedPublicKey.Parser.ParseFrom(proto.IdentityKey.KeyBytes);
        unsigned.CreatedNs = createdNs;
        proto.IdentityKey.KeyBytes = unsigned.ToByteString();
        Assert.Equal(expected, SignedPublicKeyBundle.FromProto(proto, Provider).TryToV1(out _));
    }

    [Fact]
    public void WalletAddress_OtherSignature_IsAnotherAccount()
    {
        var proto = People.PublicProto("amal");
        proto.IdentityKey.Signature = People.PublicProto("bola").IdentityKey.Signature;
        Assert.NotEqual(People.Row("amal").Text("wallet_address"), PublicKeyBundleV1.FromProto(proto, Provider).WalletAddress.ToString());
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void WalletAddress_SignatureOfNobody_FailsEachTime(string provider)
    {
        var proto = People.PublicProto("amal");
        proto.IdentityKey.Signature.EcdsaCompact.Bytes = ByteString.CopyFrom(new byte[64]);
        var bundle = PublicKeyBundleV1.FromProto(proto, CryptoProviders.Get(provider));
        Refusal.Of(ErrorCatalogue.CryptographyFailed, () => _ = bundle.WalletAddress);
        Refusal.Of(ErrorCatalogue.CryptographyFailed, () => _ = bundle.WalletAddress);
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void IsPreKeySignedByIdentity_ForeignPreKey_IsFalse(string provider)
    {
        var v1 = People.PublicProto("amal");
        v1.PreKey = People.PublicProto("bola").PreKey;
        Assert.False(PublicKeyBundleV1.FromProto(v1, CryptoProviders.Get(provider)).IsPreKeySignedByIdentity);

        var v2 = People.SignedProto("amal");
        v2.PreKey = People.SignedProto("bola").PreKey;
        Assert.False(SignedPublicKeyBundle.FromProto(v2, CryptoProviders.Get(provider)).IsPreKeySignedByIdentity);
    }

    [Fact]
    public void V2FromProto_PreKeySignatureInWalletArm_IsNotSigned()
    {
        var proto = People.SignedProto("amal");
        var signature = proto.PreKey.Signature.EcdsaCompact;
        proto.PreKey.Signature = new() { WalletEcdsaCompact = new() { Bytes = signature.Bytes, Recovery = signature.Recovery } };
        Assert.False(SignedPublicKeyBundle.FromProto(proto, Provider).IsPreKeySignedByIdentity);
    }

    [Fact]
    public void V2FromProto_IdentitySignatureNotInWalletArm_IsMalformed()
    {
        var proto = People.SignedProto("amal");
        var signature = proto.IdentityKey.Signature.WalletEcdsaCompact;
        proto.IdentityKey.Signature = new() { EcdsaCompact = new() { Bytes = signature.Bytes, Recovery = signature.Recovery } };
        Refusal.Of(ErrorCatalogue.MalformedData, () => SignedPublicKeyBundle.FromProto(proto, Provider));
    }

    [Fact]
    public void FromProto_MissingKeys_IsMalformed()
    {
        Refusal.Of(ErrorCatalogue.MalformedData, () => PublicKeyBundleV1.FromProto(null, Provider));
        Refusal.Of(ErrorCatalogue.MalformedData, () => PublicKeyBundleV1.FromProto(new() { PreKey = People.PublicProto("amal").PreKey }, Provider));
        Refusal.Of(ErrorCatalogue.MalformedData, () => PublicKeyBundleV1.FromProto(new() { IdentityKey = People.PublicProto("amal").PreKey }, Provider));
        Refusal.Of(ErrorCatalogue.MalformedData, () => SignedPublicKeyBundle.FromProto(null, Provider));
        Refusal.Of(ErrorCatalogue.MalformedData, () => SignedPublicKeyBundle.FromProto(new() { PreKey = People.SignedProto("amal").PreKey }, Provider));
        Refusal.Of(ErrorCatalogue.MalformedData, () => SignedPublicKeyBundle.FromProto(new() { IdentityKey = People.SignedProto("amal").IdentityKey }, Provider));
    }

    [Fact]
    public void Equals_Bundles_NeedsBothKeys()
    {
        var amal = PublicKeyBundleV1.FromProto(People.PublicProto("amal"), Provider);
        var mixed = People.PublicProto("amal");
        mixed.PreKey = People.PublicProto("bola").PreKey;
        Assert.Equal(amal, PublicKeyBundleV1.FromProto(People.PublicProto("amal"), Provider));
        Assert.NotEqual(amal, PublicKeyBundleV1.FromProto(mixed, Provider));

        var signed = SignedPublicKeyBundle.FromV1(amal);
        var resigned = People.SignedProto("amal");
        Assert.Equal(signed, SignedPublicKeyBundle.FromProto(resigned.Clone(), Provider));
        Assert.Equal(signed.GetHashCode(), SignedPublicKeyBundle.FromProto(resigned.Clone(), Provider).GetHashCode());
        resigned.PreKey.Signature.EcdsaCompact.Recovery ^= 1;
        Assert.NotEqual(signed, SignedPublicKeyBundle.FromProto(resigned, Provider));
    }
}
