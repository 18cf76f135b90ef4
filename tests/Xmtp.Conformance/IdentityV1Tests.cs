using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Conformance.Vectors;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance;

/// <summary>File 01.</summary>
public sealed class IdentityV1Tests
{
    private static readonly Vector Root = VectorFiles.Open("01-identity-v1");

    public static TheoryData<string, int> People => Providers.WithEach(Root["people"]);

    [Theory]
    [MemberData(nameof(People))]
    public async Task Create_WithTheVectorsKeysAndClock_GivesTheVectorsBundles(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["people"][index];
        using var wallet = new PrivateKeyWallet(vector["wallet_private_key"].Bytes, provider);
        using var random = new ScriptedRandom(vector["identity"]["private_key"].Bytes, vector["pre_key"]["private_key"].Bytes);
        var clock = new FakeTimeProvider(vector["identity"]["timestamp_ms"].Milliseconds);

        using var keys = await PrivateKeyBundle.CreateAsync(wallet, clock, provider, random, TestContext.Current.CancellationToken);

        Assert.Equal(vector["identity"]["timestamp_ms"].Number, vector["pre_key"]["timestamp_ms"].Number);
        Assert.Equal(vector["wallet_address"].Address, keys.WalletAddress);
        Assert.Equal(vector["private_key_bundle_bytes"].Bytes, keys.Export());
        Assert.Equal(vector["public_key_bundle_bytes"].Bytes, keys.PublicBundleV1.ToProto().ToByteArray());
    }

    [Theory]
    [MemberData(nameof(People))]
    public async Task IdentityKey_OfAPerson_IsSignedByTheWallet(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        using var person = Person.Named(Root["people"][index]["name"].Text, provider);
        var vector = person.Vector["identity"];
        var key = person.Keys.PublicBundleV1.ToProto().IdentityKey;
        var text = SignatureTexts.CreateIdentity(vector["unsigned_public_key_bytes"].Bytes);

        AssertKey(vector, "signature", key);
        Assert.Equal(vector["create_identity_text"].Text, text);
        Assert.Equal(vector["create_identity_text_utf8"].Bytes, Encoding.UTF8.GetBytes(text));
        Assert.Equal(vector["eip191_keccak256_digest"].Bytes, PersonalMessage.Digest(text));
        Assert.Equal(vector["wallet_signature_65"].Bytes, await person.Wallet.SignPersonalMessageAsync(text, TestContext.Current.CancellationToken));
        Assert.Equal(vector["private_key"].Bytes, person.Keys.IdentityKey.Export());
        Assert.Equal(person.Vector["wallet_address"].Address, person.Keys.PublicBundleV1.WalletAddress);
        Assert.Equal(person.Vector["wallet_address"].Address, person.Wallet.Address);
    }

    [Theory]
    [MemberData(nameof(People))]
    public void PreKey_OfAPerson_IsSignedByTheIdentityKey(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        using var person = Person.Named(Root["people"][index]["name"].Text, provider);
        var vector = person.Vector["pre_key"];

        AssertKey(vector, "signature_by_identity", person.Keys.PublicBundleV1.ToProto().PreKey);
        Assert.Equal(vector["sha256_digest"].Bytes, SHA256.HashData(vector["unsigned_public_key_bytes"].Bytes));
        Signatures.AssertEqual(vector["signature_by_identity"], person.Keys.IdentityKey.Sign(vector["sha256_digest"].Bytes));
        Assert.Equal(vector["private_key"].Bytes, person.Keys.CurrentPreKey.Export());
        Assert.True(person.Keys.PublicBundleV1.IsPreKeySignedByIdentity);
    }

    [Theory]
    [MemberData(nameof(People))]
    public void Import_OfEveryLayout_GivesTheSameKeys(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        using var person = Person.Named(Root["people"][index]["name"].Text, provider);
        var exported = Proto.PrivateKeyBundle.Parser.ParseFrom(person.Keys.Export());
        Assert.Equal(person.Vector["private_key_bundle_v1_bytes"].Bytes, exported.V1.ToByteArray());
        Assert.Equal(person.Vector["identity"]["private_key_proto_bytes"].Bytes, exported.V1.IdentityKey.ToByteArray());
        Assert.Equal(person.Vector["pre_key"]["private_key_proto_bytes"].Bytes, Assert.Single(exported.V1.PreKeys).ToByteArray());

        using var bare = PrivateKeyBundle.Import(person.Vector["private_key_bundle_v1_bytes"].Bytes, provider);

        Assert.Equal(person.Vector["private_key_bundle_bytes"].Bytes, bare.Export());
    }

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void Import_WithARotatedPreKey_AdvertisesTheNewestOne(string providerName)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["rotated_pre_key"];
        using var amal = Person.Named("amal", provider);

        using var keys = PrivateKeyBundle.Import(vector["private_key_bundle_bytes"].Bytes, provider);

        Assert.Equal(vector["private_key"].Bytes, keys.CurrentPreKey.Export());
        Assert.Equal(vector["public_key_bundle_bytes"].Bytes, keys.PublicBundleV1.ToProto().ToByteArray());
        Assert.True(keys.TryGetPreKey(amal.Keys.CurrentPreKey.PublicKey, out _));
        var preKeyTime = DateTimeOffset.FromUnixTimeMilliseconds((long)keys.PublicBundleV1.SignedPreKey.Timestamp);
        using var random = new ScriptedRandom(vector["private_key"].Bytes);
        using var rotated = amal.Keys.WithNewPreKey(new FakeTimeProvider(preKeyTime), random);
        Assert.Equal(vector["private_key_bundle_bytes"].Bytes, rotated.Export());
    }

    private static void AssertKey(Vector vector, string signature, Proto.PublicKey key)
    {
        Assert.Equal(vector["public_key_bytes"].Bytes, key.ToByteArray());
        Assert.Equal(vector["public_key_uncompressed"].Bytes, key.Secp256K1Uncompressed.Bytes.ToByteArray());
        Assert.Equal(vector["timestamp_ms"].Number, key.Timestamp);
        Signatures.AssertEqual(vector[signature], key.Signature);
        Assert.Equal(
            vector["unsigned_public_key_bytes"].Bytes,
            new Proto.PublicKey { Timestamp = key.Timestamp, Secp256K1Uncompressed = key.Secp256K1Uncompressed }.ToByteArray());
    }
}
