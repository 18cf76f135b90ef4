using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity.Tests.Bundles;

public sealed class PrivateKeyBundleTests
{
    private static readonly CryptoProvider Provider = CryptoProvider.Default;

    [Theory, ClassData(typeof(CryptoProviders))]
    public async Task Create_FixedKeysAndClock_GivesVectorBytes(string provider)
    {
        foreach (var person in People.Names.Select(People.Row))
        {
            var crypto = CryptoProviders.Get(provider);
            using var wallet = new PrivateKeyWallet(person.Bytes("wallet_private_key"), crypto);
            using var random = new ScriptedRandom(person.Member("identity").Bytes("private_key"), person.Member("pre_key").Bytes("private_key"));
            using var keys = await PrivateKeyBundle.CreateAsync(wallet, ClockAt(person.Member("identity").Number("timestamp_ms")), crypto, random);

            Assert.Equal(0, random.Remaining);
            Assert.Equal(person.Text("private_key_bundle_bytes"), Vectors.Hex(keys.Export()));
            Assert.Equal(person.Text("public_key_bundle_bytes"), keys.PublicBundleV1.ToProto().HexOf());
            Assert.Equal(SignedPublicKeyBundle.FromV1(keys.PublicBundleV1), keys.PublicBundle);
            Assert.Equal(wallet.Address, keys.WalletAddress);
            Assert.Same(crypto, keys.Provider);
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Import_VersionedAndBare_GivesSameKeys(string provider)
    {
        foreach (var person in People.Names.Select(People.Row))
        {
            foreach (var layout in new[] { "private_key_bundle_bytes", "private_key_bundle_v1_bytes" })
            {
                using var keys = PrivateKeyBundle.Import(person.Bytes(layout), CryptoProviders.Get(provider));
                Assert.Equal(person.Text("private_key_bundle_bytes"), Vectors.Hex(keys.Export()));
                Assert.Equal(person.Text("wallet_address"), keys.WalletAddress.ToString());
                Assert.Equal(person.Member("identity").Bytes("private_key"), keys.IdentityKey.Export());
                Assert.Equal(person.Member("pre_key").Bytes("private_key"), keys.CurrentPreKey.Export());
            }
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void WithNewPreKey_FixedKey_GivesVectorBytes(string provider)
    {
        var rotated = Vectors.Load("01-identity-v1.json").Member("rotated_pre_key");
        var time = Proto.PrivateKeyBundle.Parser.ParseFrom(rotated.Bytes("private_key_bundle_bytes")).V1.PreKeys[0].Timestamp;
        using var keys = People.Keys("amal", CryptoProviders.Get(provider));
        using var random = new ScriptedRandom(rotated.Bytes("private_key"));
        using var renewed = keys.WithNewPreKey(ClockAt(time), random);

        Assert.Equal(rotated.Text("private_key_bundle_bytes"), Vectors.Hex(renewed.Export()));
        Assert.Equal(rotated.Text("public_key_bundle_bytes"), renewed.PublicBundleV1.ToProto().HexOf());
        Assert.Equal(rotated.Bytes("private_key"), renewed.CurrentPreKey.Export());

        keys.Dispose();
        Assert.Equal(rotated.Text("private_key_bundle_bytes"), Vectors.Hex(renewed.Export()));
    }

    [Fact]
    public void TryGetPreKey_OlderAndForeign_FindsOwnOnly()
    {
        using var keys = People.Keys("amal", Provider);
        using var renewed = keys.WithNewPreKey(new FakeTimeProvider());
        Assert.True(renewed.TryGetPreKey(keys.PublicBundle.PreKey, out var older));
        Assert.Equal(keys.CurrentPreKey.Export(), older.Export());
        Assert.True(renewed.TryGetPreKey(renewed.PublicBundle.PreKey, out var newest));
        Assert.Same(renewed.CurrentPreKey, newest);

        Assert.False(keys.TryGetPreKey(renewed.PublicBundle.PreKey, out _));
        Assert.False(keys.TryGetPreKey(keys.IdentityKey.PublicKey, out _));
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Import_OddTimestamps_AreKept(string provider)
    {
        var proto = Proto.PrivateKeyBundle.Parser.ParseFrom(People.Row("amal").Bytes("private_key_bundle_bytes"));
        proto.V1.IdentityKey.Timestamp = 0;
        proto.V1.PreKeys[0].Timestamp = ulong.MaxValue;
        proto.V1.PreKeys[0].PublicKey.Timestamp = 1_664_582_400_123_000_000;
        using var keys = PrivateKeyBundle.Import(proto.ToByteArray(), CryptoProviders.Get(provider));
        Assert.Equal(proto.HexOf(), Vectors.Hex(keys.Export()));
    }

    [Theory]
    [InlineData("native")]
    [InlineData("converted")]
    public void Import_V2Keys_IsRefused(string which)
    {
        var row = which == "native" ? People.NativeV2 : Vectors.Load("02-identity-v2.json").Row("converted_from_v1", "amal");
        Refusal.Of(ErrorCatalogue.LegacyKeysRequired, () => PrivateKeyBundle.Import(row.Bytes("private_key_bundle_bytes"), Provider));
    }

    public static TheoryData<string, Action<Proto.PrivateKeyBundleV1>> Broken => new()
    {
        { "no identity key", static keys => keys.IdentityKey = null },
        { "no secret", static keys => keys.IdentityKey.ClearUnion() },
        { "secret too short", static keys => keys.IdentityKey.Secp256K1.Bytes = ByteString.CopyFrom(new byte[31]) },
        { "secret too long", static keys => keys.PreKeys[0].Secp256K1.Bytes = ByteString.CopyFrom(new byte[33]) },
        { "secret zero", static keys => keys.PreKeys[0].Secp256K1.Bytes = ByteString.CopyFrom(new byte[32]) },
        { "no public key", static keys => keys.PreKeys[0].PublicKey = null },
        { "unsigned public key", static keys => keys.IdentityKey.PublicKey.Signature = null },
        { "no pre-key", static keys => keys.PreKeys.Clear() },
        { "keys of different pairs", static keys => keys.IdentityKey.Secp256K1 = keys.PreKeys[0].Secp256K1 },
    };

    [Theory, MemberData(nameof(Broken))]
    public void Import_BrokenPart_IsMalformed(string what, Action<Proto.PrivateKeyBundleV1> breakIt)
    {
        Assert.NotEmpty(what);
        var proto = Proto.PrivateKeyBundle.Parser.ParseFrom(People.Row("amal").Bytes("private_key_bundle_bytes"));
        breakIt(proto.V1);
        Refusal.Of(ErrorCatalogue.MalformedData, () => PrivateKeyBundle.Import(proto.ToByteArray(), Provider));
        Refusal.Of(ErrorCatalogue.MalformedData, () => PrivateKeyBundle.Import(proto.V1.ToByteArray(), Provider));
    }

    [Fact]
    public void Import_Empty_IsMalformed() => Refusal.Of(ErrorCatalogue.MalformedData, () => PrivateKeyBundle.Import([], Provider));

    [Fact]
    public void Import_IdentitySignedByNobody_IsRefused()
    {
        var proto = Proto.PrivateKeyBundle.Parser.ParseFrom(People.Row("amal").Bytes("private_key_bundle_bytes"));
        proto.V1.IdentityKey.PublicKey.Signature.EcdsaCompact.Bytes = ByteString.CopyFrom(new byte[64]);
        Refusal.Of(ErrorCatalogue.CryptographyFailed, () => PrivateKeyBundle.Import(proto.ToByteArray(), Provider));
    }

    [Fact]
    public void Import_UnknownFieldsOfEveryKind_ArePassedOver()
    {
        var proto = Proto.PrivateKeyBundle.Parser.ParseFrom(People.Row("amal").Bytes("private_key_bundle_bytes"));
        byte[] unknown = [0x78, 0x96, 0x01, 0x7a, 0x02, 1, 2, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7d, 1, 2, 3, 4];
        byte[] extended = [.. proto.ToByteArray(), .. unknown];
        using var keys = PrivateKeyBundle.Import(extended, Provider);
        Assert.Equal(proto.HexOf(), Vectors.Hex(keys.Export()));
    }

    [Fact]
    public void Import_MutatedBytes_GivesKeysOrOneError()
    {
        var random = SeededRandom.Fresh();
        var original = People.Row("amal").Bytes("private_key_bundle_bytes");
        for (var i = 0; i < 3000; i++)
        {
            byte[] mutated = random.Number(4) == 0 ? original[..random.Number(original.Length)] : [.. original];
            for (var changes = random.Number(4); changes > 0 && mutated.Length > 0; changes--)
                mutated[random.Number(mutated.Length)] = (byte)random.Number(256);
            var thrown = Record.Exception(() => PrivateKeyBundle.Import(mutated, Provider).Dispose());
            Assert.True(thrown is null or XmtpException, $"{random}: {thrown}");
        }
    }

    [Fact]
    public void ToString_Bundle_ShowsAddressOnly()
    {
        using var keys = People.Keys("amal", Provider);
        var text = keys.ToString();
        Assert.Contains(keys.WalletAddress.ToString(), text, StringComparison.Ordinal);
        Assert.DoesNotContain(People.Row("amal").Member("identity").Text("private_key")[..8], text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(People.Row("amal").Member("pre_key").Text("private_key")[..8], text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Dispose_Bundle_ForgetsEveryKey()
    {
        using var bola = People.Keys("bola", Provider);
        using var first = People.Keys("amal", Provider);
        var keys = first.WithNewPreKey(new FakeTimeProvider());
        Assert.True(keys.TryGetPreKey(first.PublicBundle.PreKey, out var older));
        keys.Dispose();
        keys.Dispose();
        Assert.Throws<ObjectDisposedException>(keys.Export);
        Assert.Throws<ObjectDisposedException>(() => keys.IdentityKey.Export());
        Assert.Throws<ObjectDisposedException>(() => keys.CurrentPreKey.Export());
        Assert.Throws<ObjectDisposedException>(() => older.Export());
        Assert.Throws<ObjectDisposedException>(() => keys.SharedSecret(bola.PublicBundle, keys.PublicBundle.PreKey, iAmRecipient: false));
        Assert.Throws<ObjectDisposedException>(() => keys.WithNewPreKey(new FakeTimeProvider()));
        Assert.Equal(first.WalletAddress, keys.PublicBundle.WalletAddress);
    }

    private static FakeTimeProvider ClockAt(ulong milliseconds) => new(DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds));
}
