using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity.Tests.Keys;

public sealed class PublicKeyV1Tests
{
    private static readonly CryptoProvider Provider = CryptoProvider.Default;

    [Theory, ClassData(typeof(CryptoProviders))]
    public void FromProto_VectorKeys_KeepsAllAndSerialisesAlike(string provider)
    {
        foreach (var row in People.Names.Select(People.Row).SelectMany(row => new[] { row.Member("identity"), row.Member("pre_key") }))
        {
            var key = PublicKeyV1.FromProto(
                Proto.PublicKey.Parser.ParseFrom(row.Bytes("public_key_bytes")), CryptoProviders.Get(provider));
            Assert.Equal(row.Number("timestamp_ms"), key.Timestamp);
            Assert.Equal(row.Text("public_key_uncompressed"), key.ToString());
            Assert.Equal(row.Text("unsigned_public_key_bytes"), Vectors.Hex(key.UnsignedBytes.Span));
            Assert.Equal(row.Text("public_key_bytes"), key.ToProto().HexOf());
        }
    }

    [Fact]
    public void FromProto_WalletArm_CountsAsUsualArm()
    {
        var usual = People.PublicProto("amal").IdentityKey;
        var moved = usual.Clone();
        moved.Signature = new() { WalletEcdsaCompact = new() { Bytes = usual.Signature.EcdsaCompact.Bytes, Recovery = usual.Signature.EcdsaCompact.Recovery } };
        Assert.Equal(usual, PublicKeyV1.FromProto(moved, Provider).ToProto());
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(1_664_582_400_123_000_000ul)]
    [InlineData(ulong.MaxValue)]
    public void FromProto_AnyTimestamp_IsKeptExactly(ulong timestamp)
    {
        var proto = People.PublicProto("amal").IdentityKey;
        proto.Timestamp = timestamp;
        var key = PublicKeyV1.FromProto(proto, Provider);
        Assert.Equal(timestamp, key.Timestamp);
        Assert.Equal(proto, key.ToProto());
        Assert.Equal(timestamp, Proto.PublicKey.Parser.ParseFrom(key.UnsignedBytes.Span).Timestamp);
    }

    [Fact]
    public void FromProto_UnknownFields_AreDropped()
    {
        var known = People.PublicProto("amal").IdentityKey;
        byte[] extended = [.. known.ToByteArray(), 0x7a, 0x01, 0xff];
        Assert.Equal(known, PublicKeyV1.FromProto(Proto.PublicKey.Parser.ParseFrom(extended), Provider).ToProto());
    }

    [Fact]
    public void Equals_SameKeyOtherTimeAndSignature_IsTrue()
    {
        var proto = People.PublicProto("amal").IdentityKey;
        var key = PublicKeyV1.FromProto(proto, Provider);
        proto.Timestamp++;
        proto.Signature.EcdsaCompact.Recovery ^= 1;
        var other = PublicKeyV1.FromProto(proto, Provider);
        Assert.Equal(key, other);
        Assert.Equal(key.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(key, PublicKeyV1.FromProto(People.PublicProto("bola").IdentityKey, Provider));
    }

    public static TheoryData<string, Action<Proto.PublicKey>> Broken => new()
    {
        { "no key", static key => key.ClearUnion() },
        { "key too short", static key => key.Secp256K1Uncompressed.Bytes = ByteString.CopyFrom(key.Secp256K1Uncompressed.Bytes.Span[..64]) },
        { "key too long", static key => key.Secp256K1Uncompressed.Bytes = ByteString.CopyFrom([.. key.Secp256K1Uncompressed.Bytes.Span, 0]) },
        { "key compressed", static key => key.Secp256K1Uncompressed.Bytes = ByteString.CopyFrom([2, .. key.Secp256K1Uncompressed.Bytes.Span[1..]]) },
        { "key off the curve", static key => key.Secp256K1Uncompressed.Bytes = ByteString.CopyFrom([4, .. new byte[64]]) },
        { "no signature", static key => key.Signature = null },
        { "no arm", static key => key.Signature = new() },
        { "signature too short", static key => key.Signature.EcdsaCompact.Bytes = ByteString.CopyFrom(new byte[63]) },
        { "signature too long", static key => key.Signature.EcdsaCompact.Bytes = ByteString.CopyFrom(new byte[65]) },
        { "recovery 2", static key => key.Signature.EcdsaCompact.Recovery = 2 },
        { "recovery huge", static key => key.Signature.EcdsaCompact.Recovery = uint.MaxValue },
    };

    [Theory, MemberData(nameof(Broken))]
    public void FromProto_BrokenPart_IsMalformed(string what, Action<Proto.PublicKey> breakIt)
    {
        Assert.NotEmpty(what);
        var proto = People.PublicProto("amal").IdentityKey;
        breakIt(proto);
        Refusal.Of(ErrorCatalogue.MalformedData, () => PublicKeyV1.FromProto(proto, Provider));
    }

    [Fact]
    public void FromProto_Missing_IsMalformed() =>
        Refusal.Of(ErrorCatalogue.MalformedData, () => PublicKeyV1.FromProto(null, Provider));
}
