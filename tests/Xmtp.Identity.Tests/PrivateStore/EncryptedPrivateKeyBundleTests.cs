using System.Text.Json;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Cryptography;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity.Tests.PrivateStore;

public sealed class EncryptedPrivateKeyBundleTests
{
    private static readonly CryptoProvider Provider = CryptoProvider.Default;

    [Theory, ClassData(typeof(CryptoProviders))]
    public async Task Decrypt_EveryVectorLayout_GivesKeys(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        var file = Vectors.Load("04-encrypted-private-key-bundle.json");
        foreach (var row in file.Rows("bundles"))
        {
            // One wallet writes the last byte of a signature as 27 or 28, the other as 0 or 1: each must open what either stored.
            foreach (var offset in new[] { 0, 27 })
            {
                using var inner = People.Wallet("amal", crypto);
                using var keys = await EncryptedPrivateKeyBundle.DecryptAsync(Stored(row), Spelling(inner, offset), crypto);
                Assert.Equal(file.Text("expected_public_key_bundle_bytes"), keys.PublicBundleV1.ToProto().HexOf());
                Assert.Equal(People.Row("amal").Text("private_key_bundle_bytes"), Vectors.Hex(keys.Export()));
            }
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public async Task Encrypt_FixedRandomness_GivesVectorBytes(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        using var keys = People.Keys("amal", crypto);
        using var wallet = People.Wallet("amal", crypto);
        foreach (var (name, offset) in new[] { ("v_27_or_28", 0), ("ledger_style_v_0_or_1", 27) })
        {
            var row = Row(name);
            Assert.Equal(row.Text("wallet_signature_65"), Vectors.Hex(await Spelling(wallet, offset).SignPersonalMessageAsync(row.Text("enable_identity_text"))));
            using var random = new ScriptedRandom(row.Bytes("wallet_pre_key"), row.Bytes("hkdf_salt"), row.Bytes("gcm_nonce"));
            var stored = await EncryptedPrivateKeyBundle.EncryptAsync(keys, Spelling(wallet, offset), crypto, random);
            Assert.Equal(row.Text("encrypted_private_key_bundle_bytes"), Vectors.Hex(stored));
            Assert.Equal(0, random.Remaining);
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public async Task NewAccount_RecordedClient_PublishesTheSameBytes(string provider)
    {
        // The keys of the recorded session are known through its stored bundle; with them everything it published follows.
        var sessions = Vectors.Load("17-client-trace.json").Rows("steps")
            .Where(step => step.Has("published"))
            .Select(step => (Person: step.Text("step").Split(':')[0], Messages: step.Rows("published").ToArray()))
            .Where(session => session.Messages is [var first, ..] && first.Text("topic").Contains("privatestore", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(People.Names, sessions.Select(session => session.Person));
        foreach (var (person, messages) in sessions)
            await Recreate(person, [.. messages.Select(row => row.Text("message_bytes"))], CryptoProviders.Get(provider));
    }

    private static async Task Recreate(string person, string[] published, CryptoProvider crypto)
    {
        var stored = Proto.EncryptedPrivateKeyBundle.Parser.ParseFrom(Vectors.Hex(published[0])).V1;
        using var wallet = People.Wallet(person, crypto);
        using var known = await EncryptedPrivateKeyBundle.DecryptAsync(Vectors.Hex(published[0]), wallet, crypto);

        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds((long)known.PublicBundleV1.SignedIdentityKey.Timestamp));
        var parts = stored.Ciphertext.Aes256GcmHkdfSha256;
        using var random = new ScriptedRandom(
            known.IdentityKey.Export(), known.CurrentPreKey.Export(),
            stored.WalletPreKey.ToByteArray(), parts.HkdfSalt.ToByteArray(), parts.GcmNonce.ToByteArray());
        using var created = await PrivateKeyBundle.CreateAsync(wallet, clock, crypto, random);

        Assert.Equal(published[0], Vectors.Hex(await EncryptedPrivateKeyBundle.EncryptAsync(created, wallet, crypto, random)));
        Assert.Equal(published[1], Vectors.Hex(ContactBundle.EncodeV1(created.PublicBundleV1)));

        // One of the three published the V1 contact only.
        if (published.Length > 2)
            Assert.Equal(published[2], Vectors.Hex(ContactBundle.EncodeV2(created.PublicBundle)));
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public async Task Open_OldLayout_GivesCurrentOneWithoutAnotherPrompt(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        foreach (var row in Rows)
        {
            var prompts = 0;
            using var inner = People.Wallet("amal", crypto);
            var wallet = new DelegateWallet(inner.Address, (text, token) =>
            {
                prompts++;
                return inner.SignPersonalMessageAsync(text, token);
            });
            using var random = new ScriptedRandom(row.Bytes("hkdf_salt"), row.Bytes("gcm_nonce"));
            var opened = await EncryptedPrivateKeyBundle.OpenAsync(Stored(row), wallet, crypto, random);
            using var keys = opened.Bundle;
            Assert.Equal(1, prompts);

            var isOld = row.Text("name").StartsWith("legacy", StringComparison.Ordinal);
            Assert.Equal(isOld, opened.Upgrade.HasValue);
            if (opened.Upgrade is not { } upgrade)
                continue;
            if (row.Text("name") == "legacy_unwrapped_envelope")
                Assert.Equal(Row("v_27_or_28").Text("encrypted_private_key_bundle_bytes"), Vectors.Hex(upgrade.Span));
            var again = await EncryptedPrivateKeyBundle.OpenAsync(upgrade, wallet, crypto);
            using var reread = again.Bundle;
            Assert.Null(again.Upgrade);
            Assert.Equal(keys.Export(), reread.Export());
        }
    }

    [Fact]
    public async Task Decrypt_OldLayoutWithAnyWalletPreKey_GivesKeys()
    {
        // Random bytes taken for a message are sometimes an error and sometimes none; the layout must be told in both cases.
        var random = SeededRandom.Fresh();
        using var wallet = People.Wallet("amal", Provider);
        using var keys = People.Keys("amal", Provider);
        for (var i = 0; i < 200; i++)
        {
            var current = await EncryptedPrivateKeyBundle.EncryptAsync(keys, wallet, Provider, random);
            var old = Proto.EncryptedPrivateKeyBundle.Parser.ParseFrom(current).V1.ToByteArray();
            var thrown = await Record.ExceptionAsync(async () => (await EncryptedPrivateKeyBundle.DecryptAsync(old, wallet, Provider)).Dispose());
            Assert.True(thrown is null, $"{random}: {thrown}");
        }
    }

    [Fact]
    public async Task Decrypt_OtherWallet_IsUnreadable()
    {
        using var bola = People.Wallet("bola", Provider);
        foreach (var row in Rows)
            await Unreadable(Stored(row), bola);
    }

    [Fact]
    public async Task Decrypt_KeysOfOtherWallet_IsUnreadable()
    {
        // Encrypted by amal's wallet, but holding bola's keys: nobody may become bola by that.
        using var amal = People.Wallet("amal", Provider);
        var text = new byte[EncryptedPrivateKeyBundle.WalletPreKeyLength];
        var secret = await amal.SignPersonalMessageAsync(SignatureTexts.EnableIdentity(text));
        var stored = new Proto.EncryptedPrivateKeyBundle
        {
            V1 = new()
            {
                WalletPreKey = ByteString.CopyFrom(text),
                Ciphertext = AesGcmHkdf.Encrypt(Provider, secret, People.Row("bola").Bytes("private_key_bundle_bytes"), aad: default),
            },
        };
        await Unreadable(stored.ToByteArray(), amal);
    }

    [Fact]
    public async Task Decrypt_V2Keys_IsRefused()
    {
        using var amal = People.Wallet("amal", Provider);
        var text = new byte[EncryptedPrivateKeyBundle.WalletPreKeyLength];
        var secret = await amal.SignPersonalMessageAsync(SignatureTexts.EnableIdentity(text));
        var stored = new Proto.EncryptedPrivateKeyBundleV1
        {
            WalletPreKey = ByteString.CopyFrom(text),
            Ciphertext = AesGcmHkdf.Encrypt(Provider, secret, People.NativeV2.Bytes("private_key_bundle_bytes"), aad: default),
        };
        await Refusal.OfAsync(
            ErrorCatalogue.LegacyKeysRequired, () => EncryptedPrivateKeyBundle.DecryptAsync(stored.ToByteArray(), amal, Provider));
    }

    public static TheoryData<string, Action<Proto.EncryptedPrivateKeyBundleV1>> Broken => new()
    {
        { "no wallet pre-key", static stored => stored.WalletPreKey = ByteString.Empty },
        { "short wallet pre-key", static stored => stored.WalletPreKey = ByteString.CopyFrom(stored.WalletPreKey.Span[..31]) },
        { "no ciphertext", static stored => stored.Ciphertext = null },
        { "no arm", static stored => stored.Ciphertext = new() },
        { "no payload", static stored => stored.Ciphertext.Aes256GcmHkdfSha256.Payload = ByteString.Empty },
        { "short payload", static stored => stored.Ciphertext.Aes256GcmHkdfSha256.Payload = ByteString.CopyFrom(new byte[15]) },
        { "short salt", static stored => stored.Ciphertext.Aes256GcmHkdfSha256.HkdfSalt = ByteString.CopyFrom(new byte[31]) },
        { "short nonce", static stored => stored.Ciphertext.Aes256GcmHkdfSha256.GcmNonce = ByteString.CopyFrom(new byte[11]) },
        { "altered payload", static stored => stored.Ciphertext.Aes256GcmHkdfSha256.Payload = ByteString.CopyFrom(new byte[400]) },
    };

    [Theory, MemberData(nameof(Broken))]
    public async Task Decrypt_BrokenPart_IsUnreadable(string what, Action<Proto.EncryptedPrivateKeyBundleV1> breakIt)
    {
        Assert.NotEmpty(what);
        var stored = Proto.EncryptedPrivateKeyBundle.Parser.ParseFrom(Stored(Row("v_27_or_28")));
        breakIt(stored.V1);
        using var amal = People.Wallet("amal", Provider);
        await Unreadable(stored.ToByteArray(), amal);
        await Unreadable(stored.V1.ToByteArray(), amal);
    }

    [Fact]
    public async Task Decrypt_NotAMessage_IsUnreadableWithoutPrompt()
    {
        var wallet = new DelegateWallet(default, (_, _) => throw new InvalidOperationException("must not be asked"));
        await Unreadable([], wallet);
        await Unreadable([0xff, 0xff, 0xff, 0xff], wallet);
        await Unreadable(new byte[Limits.MessageLengthMaxBytes + 1], wallet);
    }

    [Fact]
    public async Task Decrypt_WalletSignsSomethingElse_IsWalletFailure()
    {
        using PrivateKeyWallet amal = People.Wallet("amal", Provider), bola = People.Wallet("bola", Provider);
        var liar = new DelegateWallet(amal.Address, bola.SignPersonalMessageAsync);
        await Refusal.OfAsync(ErrorCatalogue.WalletFailed, () => EncryptedPrivateKeyBundle.DecryptAsync(Stored(Row("v_27_or_28")), liar, Provider));
        using var keys = People.Keys("amal", Provider);
        await Refusal.OfAsync(ErrorCatalogue.WalletFailed, () => EncryptedPrivateKeyBundle.EncryptAsync(keys, liar, Provider));
    }

    [Fact]
    public async Task Encrypt_WalletOfOtherAccount_IsWalletFailure()
    {
        using var keys = People.Keys("amal", Provider);
        using var bola = People.Wallet("bola", Provider);
        await Refusal.OfAsync(ErrorCatalogue.WalletFailed, () => EncryptedPrivateKeyBundle.EncryptAsync(keys, bola, Provider));
    }

    [Fact]
    public async Task EncryptAndDecrypt_WalletSignature_IsClearedAfterUse()
    {
        List<byte[]> signatures = [];
        using var inner = People.Wallet("amal", Provider);
        var wallet = new DelegateWallet(inner.Address, async (text, token) =>
        {
            signatures.Add(await inner.SignPersonalMessageAsync(text, token));
            return signatures[^1];
        });
        using var keys = People.Keys("amal", Provider);
        var stored = await EncryptedPrivateKeyBundle.EncryptAsync(keys, wallet, Provider);
        using var reread = await EncryptedPrivateKeyBundle.DecryptAsync(stored, wallet, Provider);
        Assert.Equal(2, signatures.Count);
        Assert.All(signatures, signature => Assert.All(signature, value => Assert.Equal(0, value)));
    }

    [Fact]
    public async Task Decrypt_MutatedBytes_GivesKeysOrUnreadable()
    {
        var random = SeededRandom.Fresh();
        using var amal = People.Wallet("amal", Provider);
        var original = Stored(Row("v_27_or_28"));
        for (var i = 0; i < 500; i++)
        {
            byte[] mutated = random.Number(4) == 0 ? original[..random.Number(original.Length)] : [.. original];
            for (var changes = random.Number(3); changes > 0 && mutated.Length > 0; changes--)
                mutated[random.Number(mutated.Length)] = (byte)random.Number(256);
            var thrown = await Record.ExceptionAsync(async () => (await EncryptedPrivateKeyBundle.DecryptAsync(mutated, amal, Provider)).Dispose());
            Assert.True(thrown is null or XmtpException { Code.Id: "XMTP4004" }, $"{random}: {thrown}");
        }
    }

    private static IEnumerable<JsonElement> Rows => Vectors.Load("04-encrypted-private-key-bundle.json").Rows("bundles");

    private static JsonElement Row(string name) => Rows.First(row => row.Text("name") == name);

    private static byte[] Stored(JsonElement row) => row.Bytes("encrypted_private_key_bundle_bytes");

    private static DelegateWallet Spelling(PrivateKeyWallet wallet, int offset) => new(wallet.Address, async (text, token) =>
    {
        var signature = await wallet.SignPersonalMessageAsync(text, token);
        signature[^1] -= (byte)offset;
        return signature;
    });

    private static Task<XmtpException> Unreadable(byte[] stored, IWallet wallet) =>
        Refusal.OfAsync(ErrorCatalogue.IdentityUnreadable, () => EncryptedPrivateKeyBundle.DecryptAsync(stored, wallet, Provider));
}
