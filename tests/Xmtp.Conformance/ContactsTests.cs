using Google.Protobuf;
using Xmtp.Conformance.Vectors;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Topics;

namespace Xmtp.Conformance;

/// <summary>File 03, and the contacts of file 15.</summary>
public sealed class ContactsTests
{
    private const string V1Form = "PublicKeyBundle";
    private const string V2Form = "SignedPublicKeyBundle";

    private static readonly Vector Root = VectorFiles.Open("03-contact-bundles");
    private static readonly Vector Cases = VectorFiles.Open("15-negative")["cases"];

    public static TheoryData<string, int> Bundles => Providers.WithEach(Root["bundles"]);

    public static TheoryData<string, string> NegativeCases =>
        Providers.With(Cases.Items.Where(static item => item["area"].Text == "contact").Select(static item => item["name"].Text));

    [Theory]
    [MemberData(nameof(Bundles))]
    public void TryDecode_OfEveryLayout_GivesTheNormalForm(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["bundles"][index];

        Assert.True(ContactBundle.TryDecode(vector["contact_bundle_bytes"].Bytes, provider, out var contact));

        Assert.NotEmpty(vector["name"].Text);
        Assert.Equal(vector["wallet_address"].Address, contact.Address);
        Assert.Equal(Topic.Contact($"{contact.Address}"), Root["topic"].Topic);
        Assert.Equal(vector["decodes_to"].Text, contact.IsV1 ? V1Form : V2Form);
        var (bytes, signature) = contact.IsV1
            ? (contact.V1Bundle!.ToProto().ToByteArray(), contact.V1Bundle.ToProto().IdentityKey.Signature)
            : (contact.Bundle.ToProto().ToByteArray(), contact.Bundle.ToProto().IdentityKey.Signature);
        Assert.Equal(vector["normalised_bundle_bytes"].Bytes, bytes);
        Signatures.AssertEqual(vector["identity_signature_after_decode"], signature);
    }

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void Encode_OfBothForms_GivesTheVectorsBytesInPublishOrder(string providerName)
    {
        using var amal = Person.Named("amal", Providers.Get(providerName));
        byte[][] published = [ContactBundle.EncodeV1(amal.Keys.PublicBundleV1), ContactBundle.EncodeV2(amal.Keys.PublicBundle)];

        var expected = Root["publish_order"].Items.Select(static name => Root["bundles"].Named(name.Text)["contact_bundle_bytes"].Bytes);

        Assert.Equal(expected, published);
    }

    [Theory]
    [MemberData(nameof(NegativeCases))]
    public void LookUp_OfANegativeCase_FindsTheNewestValidContact(string providerName, string name)
    {
        var provider = Providers.Get(providerName);
        var vector = Cases.Items.Single(item => item["area"].Text == "contact" && item["name"].Text == name);
        using var amal = Person.Named("amal", provider);
        Assert.Equal(Topic.Contact($"{amal.Address}"), vector["topic"].Topic);

        var found = LookUp([.. vector["envelopes_oldest_first"].Items.Select(static item => item.Bytes).Reverse()], amal.Address, provider);

        // Published clients let an undecodable newest envelope end the whole look-up; it has to be skipped.
        var isStricter = name == "garbage_newest";
        var expected = isStricter ? $"found {V2Form}" : vector["js_result"].Text;
        Assert.Equal(expected, found is null ? "not found" : $"found {(found.IsV1 ? V1Form : V2Form)}");
        Assert.Equal(isStricter, vector["js_result"].Text.StartsWith("error", StringComparison.Ordinal));
        Assert.Equal(vector["js_can_message"].Text == "true" || isStricter, found is not null);
    }

    private static Contact? LookUp(IEnumerable<byte[]> newestFirst, EthereumAddress address, CryptoProvider provider)
    {
        foreach (var message in newestFirst)
            if (ContactBundle.TryDecode(message, provider, out var contact) && contact.Address == address) return contact;
        return null;
    }
}
