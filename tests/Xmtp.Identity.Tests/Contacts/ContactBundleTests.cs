using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity.Tests.Contacts;

public sealed class ContactBundleTests
{
    private static readonly CryptoProvider Provider = CryptoProvider.Default;

    [Theory, ClassData(typeof(CryptoProviders))]
    public void TryDecode_EveryVectorLayout_GivesContact(string provider)
    {
        foreach (var row in Vectors.Load("03-contact-bundles.json").Rows("bundles"))
        {
            Assert.True(ContactBundle.TryDecode(row.Bytes("contact_bundle_bytes"), CryptoProviders.Get(provider), out var contact));
            Assert.Equal(row.Text("wallet_address"), contact.Address.ToString());
            var isV1 = row.Text("decodes_to") == "PublicKeyBundle";
            Assert.Equal(isV1, contact.IsV1);
            Assert.NotNull(contact.V1Bundle);
            Assert.Equal(row.Text("normalised_bundle_bytes"), isV1 ? contact.V1Bundle.ToProto().HexOf() : contact.Bundle.ToProto().HexOf());
            Assert.Equal(SignedPublicKeyBundle.FromV1(contact.V1Bundle), contact.Bundle);

            var signature = row.Member("identity_signature_after_decode");
            Assert.Equal(signature.Text("bytes"), Vectors.Hex(contact.V1Bundle.SignedIdentityKey.Signature.Bytes.Span));
            Assert.Equal((int)signature.Number("recovery"), contact.V1Bundle.SignedIdentityKey.Signature.Recovery);
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Encode_Keys_GivesVectorBytes(string provider)
    {
        using var keys = People.Keys("amal", CryptoProviders.Get(provider));
        var file = Vectors.Load("03-contact-bundles.json");
        Assert.Equal(file.Row("bundles", "v1").Text("contact_bundle_bytes"), Vectors.Hex(ContactBundle.EncodeV1(keys.PublicBundleV1)));
        Assert.Equal(file.Row("bundles", "v2").Text("contact_bundle_bytes"), Vectors.Hex(ContactBundle.EncodeV2(keys.PublicBundle)));
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void TryDecode_NativeV2_HasNoV1Form(string provider)
    {
        var bytes = ContactBundle.EncodeV2(People.NativeBundle(CryptoProviders.Get(provider)));
        Assert.True(ContactBundle.TryDecode(bytes, CryptoProviders.Get(provider), out var contact));
        Assert.Null(contact.V1Bundle);
        Assert.False(contact.IsV1);
        Assert.Equal(People.NativeV2.Text("wallet_address"), contact.Address.ToString());
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void TryDecode_NegativeVectors_NewestValidOfTheAccountIsFound(string provider)
    {
        foreach (var row in Vectors.Load("15-negative.json").Rows("cases").Where(row => row.Text("area") == "contact"))
        {
            var account = row.Text("topic").Split('-')[1].Split('/')[0];
            Contact? found = null;
            foreach (var envelope in row.Rows("envelopes_oldest_first").Reverse())
            {
                if (ContactBundle.TryDecode(Vectors.Hex(envelope.GetString()!), CryptoProviders.Get(provider), out var contact)
                    && contact.Address.ToString() == account)
                {
                    found = contact;
                    break;
                }
            }

            // Where the newest is garbage the published client gives up; taking the next older one is what it should do.
            var expected = row.Text("name") == "garbage_newest" ? "found SignedPublicKeyBundle" : row.Text("js_result");
            var actual = found is null ? "not found" : found.IsV1 ? "found PublicKeyBundle" : "found SignedPublicKeyBundle";
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void TryDecode_PreKeyNotSignedByIdentity_IsFalse()
    {
        var v1 = People.PublicProto("amal");
        v1.PreKey = People.PublicProto("bola").PreKey;
        AssertRefused(v1.ToByteArray());
        AssertRefused(new Proto.ContactBundle { V1 = new() { KeyBundle = v1 } }.ToByteArray());

        var v2 = People.SignedProto("amal");
        v2.PreKey = People.SignedProto("bola").PreKey;
        AssertRefused(new Proto.ContactBundle { V2 = new() { KeyBundle = v2 } }.ToByteArray());
    }

    [Fact]
    public void TryDecode_SignedByNobody_IsFalse()
    {
        var bundle = People.SignedProto("amal");
        bundle.IdentityKey.Signature.WalletEcdsaCompact.Bytes = ByteString.CopyFrom(new byte[64]);
        AssertRefused(new Proto.ContactBundle { V2 = new() { KeyBundle = bundle } }.ToByteArray());
    }

    [Fact]
    public void TryDecode_IncompleteOrForeignBytes_IsFalse()
    {
        AssertRefused([]);
        AssertRefused([0xff, 0xff, 0xff, 0xff]);
        AssertRefused(new Proto.ContactBundle { V1 = new() }.ToByteArray());
        AssertRefused(new Proto.ContactBundle { V2 = new() }.ToByteArray());
        AssertRefused(new Proto.ContactBundle { V2 = new() { KeyBundle = new() } }.ToByteArray());
        AssertRefused(new Proto.PublicKeyBundle { IdentityKey = People.PublicProto("amal").IdentityKey }.ToByteArray());
        AssertRefused(new byte[Limits.MessageLengthMaxBytes + 1]);
    }

    [Fact]
    public void TryDecode_MutatedBytes_NeverThrows()
    {
        var random = SeededRandom.Fresh();
        var originals = Vectors.Load("03-contact-bundles.json").Rows("bundles").Select(row => row.Bytes("contact_bundle_bytes")).ToArray();
        for (var i = 0; i < 2000; i++)
        {
            var original = originals[random.Number(originals.Length)];
            byte[] mutated = random.Number(4) == 0 ? original[..random.Number(original.Length)] : [.. original];
            for (var changes = random.Number(4); changes > 0 && mutated.Length > 0; changes--)
                mutated[random.Number(mutated.Length)] = (byte)random.Number(256);
            var thrown = Record.Exception(() => ContactBundle.TryDecode(mutated, Provider, out _));
            Assert.True(thrown is null, $"{random}: {thrown}");
        }
    }

    private static void AssertRefused(byte[] message)
    {
        Assert.False(ContactBundle.TryDecode(message, Provider, out var contact));
        Assert.Null(contact);
    }
}
