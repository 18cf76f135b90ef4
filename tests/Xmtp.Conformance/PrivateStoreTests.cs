using Google.Protobuf;
using Xmtp.Conformance.Vectors;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance;

/// <summary>File 04.</summary>
public sealed class PrivateStoreTests
{
    private static readonly Vector Root = VectorFiles.Open("04-encrypted-private-key-bundle");

    public static TheoryData<string, int> Bundles => Providers.WithEach(Root["bundles"]);

    [Theory]
    [MemberData(nameof(Bundles))]
    public async Task Decrypt_OfEveryLayout_GivesTheIdentity(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["bundles"][index];
        using var wallet = new PrivateKeyWallet(Root["wallet_private_key"].Bytes, provider);

        using var keys = await EncryptedPrivateKeyBundle.DecryptAsync(
            vector["encrypted_private_key_bundle_bytes"].Bytes, wallet, provider, TestContext.Current.CancellationToken);

        Assert.NotEmpty(vector["name"].Text);
        Assert.Equal(Root["wallet_address"].Address, keys.WalletAddress);
        Assert.Equal(Root["expected_public_key_bundle_bytes"].Bytes, keys.PublicBundleV1.ToProto().ToByteArray());
        Assert.Equal(Topic.PrivateStore($"{keys.WalletAddress}"), vector["topic"].Topic);
    }

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Ciphertext_MadeAgainFromTheVectorsParts_IsTheVectors(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["bundles"][index];
        using var random = new ScriptedRandom(vector["hkdf_salt"].Bytes, vector["gcm_nonce"].Bytes);

        var ciphertext = AesGcmHkdf.Encrypt(
            provider, vector["wallet_signature_65"].Bytes, vector["plaintext_private_key_bundle"].Bytes, vector["aad"].Bytes, random);

        Assert.Equal(vector["ciphertext_payload"].Bytes, ciphertext.Aes256GcmHkdfSha256.Payload.ToByteArray());
        var bundle = new Proto.EncryptedPrivateKeyBundleV1 { WalletPreKey = ByteString.CopyFrom(vector["wallet_pre_key"].Bytes), Ciphertext = ciphertext };
        byte[][] layouts = [new Proto.EncryptedPrivateKeyBundle { V1 = bundle }.ToByteArray(), bundle.ToByteArray()];
        Assert.Contains(vector["encrypted_private_key_bundle_bytes"].Bytes, layouts);
    }

    [Theory]
    [MemberData(nameof(Bundles))]
    public async Task Encrypt_WithTheVectorsRandomness_GivesTheCurrentLayout(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["bundles"][index];
        var signature = vector["wallet_signature_65"].Bytes;
        using var real = new PrivateKeyWallet(Root["wallet_private_key"].Bytes, provider);
        string? shown = null;

        // Some hardware wallets return 0 or 1 where others return 27 or 28.
        var wallet = new DelegateWallet(real.Address, (text, _) =>
        {
            shown = text;
            return ValueTask.FromResult(signature.ToArray());
        });
        using var keys = PrivateKeyBundle.Import(vector["plaintext_private_key_bundle"].Bytes, provider);
        using var random = new ScriptedRandom(vector["wallet_pre_key"].Bytes, vector["hkdf_salt"].Bytes, vector["gcm_nonce"].Bytes);

        var bytes = await EncryptedPrivateKeyBundle.EncryptAsync(keys, wallet, provider, random, TestContext.Current.CancellationToken);

        Assert.Equal(vector["enable_identity_text"].Text, shown);
        Assert.Equal(vector["enable_identity_text"].Text, SignatureTexts.EnableIdentity(vector["wallet_pre_key"].Bytes));
        Assert.Equal(0, random.Remaining);
        if (vector["plaintext_private_key_bundle"].Text == Convert.ToHexStringLower(keys.Export()) && !vector["name"].Text.StartsWith("legacy", StringComparison.Ordinal))
            Assert.Equal(vector["encrypted_private_key_bundle_bytes"].Bytes, bytes);
    }
}
