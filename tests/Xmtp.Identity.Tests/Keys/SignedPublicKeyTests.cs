using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity.Tests.Keys;

public sealed class SignedPublicKeyTests
{
    private static readonly CryptoProvider Provider = CryptoProvider.Default;

    [Theory, ClassData(typeof(CryptoProviders))]
    public void FromProto_VectorKeys_KeepsAllAndSerialisesAlike(string provider)
    {
        foreach (var row in Vectors.Load("02-identity-v2.json").Rows("converted_from_v1"))
        {
            var key = SignedPublicKey.FromProto(
                Proto.SignedPublicKey.Parser.ParseFrom(row.Bytes("signed_identity_key_bytes")), CryptoProviders.Get(provider));
            Assert.Equal(row.Number("identity_created_ns_field"), key.CreatedNs);
            Assert.True(key.IsFromV1);
            Assert.Equal(row.Text("identity_key_bytes_field"), Vectors.Hex(key.KeyBytes.Span));
            Assert.Equal(SignatureArm.WalletEcdsaCompact, key.Signature.Arm);
            Assert.Equal(row.Text("signed_identity_key_bytes"), key.ToProto().HexOf());
        }
    }

    [Fact]
    public void FromProto_NativeKey_IsNotFromV1()
    {
        var key = People.NativeBundle(Provider).SignedIdentityKey;
        Assert.Equal(People.NativeV2.Number("identity_created_ns"), key.CreatedNs);
        Assert.False(key.IsFromV1);
    }

    [Fact]
    public void FromProto_UnusualKeyBytes_AreKeptAsReceived()
    {
        var proto = People.SignedProto("amal").IdentityKey;
        proto.KeyBytes = ByteString.CopyFrom([.. proto.KeyBytes.Span, 0x7a, 0x01, 0xff]);
        Assert.Equal(proto, SignedPublicKey.FromProto(proto, Provider).ToProto());
    }

    [Fact]
    public void Equals_AnyPartDiffers_IsFalse()
    {
        var proto = People.SignedProto("amal").PreKey;
        var key = SignedPublicKey.FromProto(proto, Provider);
        Assert.Equal(key, SignedPublicKey.FromProto(proto.Clone(), Provider));
        Assert.Equal(key.GetHashCode(), SignedPublicKey.FromProto(proto.Clone(), Provider).GetHashCode());

        AssertDiffers(static other => other.KeyBytes = ByteString.CopyFrom([.. other.KeyBytes.Span, 0x78, 0x01]));
        AssertDiffers(static other => other.Signature.EcdsaCompact.Recovery ^= 1);
        AssertDiffers(static other => other.Signature.EcdsaCompact.Bytes = ByteString.CopyFrom(new byte[64]));
        AssertDiffers(static other => other.Signature = new()
        {
            WalletEcdsaCompact = new() { Bytes = other.Signature.EcdsaCompact.Bytes, Recovery = other.Signature.EcdsaCompact.Recovery },
        });

        void AssertDiffers(Action<Proto.SignedPublicKey> change)
        {
            var other = proto.Clone();
            change(other);
            Assert.NotEqual(key, SignedPublicKey.FromProto(other, Provider));
        }
    }

    public static TheoryData<string, Action<Proto.SignedPublicKey>> Broken => new()
    {
        { "no key bytes", static key => key.KeyBytes = ByteString.Empty },
        { "key bytes no message", static key => key.KeyBytes = ByteString.CopyFrom(0xff, 0xff) },
        { "key bytes without key", static key => key.KeyBytes = ByteString.CopyFrom(0x08, 0x01) },
        { "key off the curve", static key => key.KeyBytes = ByteString.CopyFrom([0x1a, 0x43, 0x0a, 0x41, 4, .. new byte[64]]) },
        { "no signature", static key => key.Signature = null },
        { "no arm", static key => key.Signature = new() },
        { "recovery 2", static key => key.Signature.EcdsaCompact.Recovery = 2 },
    };

    [Theory, MemberData(nameof(Broken))]
    public void FromProto_BrokenPart_IsMalformed(string what, Action<Proto.SignedPublicKey> breakIt)
    {
        Assert.NotEmpty(what);
        var proto = People.SignedProto("amal").PreKey;
        breakIt(proto);
        Refusal.Of(ErrorCatalogue.MalformedData, () => SignedPublicKey.FromProto(proto, Provider));
    }

    [Fact]
    public void FromProto_Missing_IsMalformed() =>
        Refusal.Of(ErrorCatalogue.MalformedData, () => SignedPublicKey.FromProto(null, Provider));
}
