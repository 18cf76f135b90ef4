using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Consent;
using Xmtp.Client.Messages;
using Xmtp.Conformance.Vectors;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance;

/// <summary>File 14.</summary>
public sealed class ConsentTests
{
    private static readonly Vector Root = VectorFiles.Open("14-consent");

    public static TheoryData<string, int> Messages => Providers.WithEach(Root["messages_in_order"]);

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void Log_OfAnIdentityKey_IsWhereTheVectorsAre(string providerName)
    {
        var provider = Providers.Get(providerName);
        using var key = new Secp256k1PrivateKey(Root["identity_private_key"].Bytes, provider);
        using var log = new ConsentLog(key);
        Assert.Equal(Root["topic_identifier"].Text, log.Identifier);
        Assert.Equal(Root["topic"].Topic, log.Topic);

        using var knownKey = new Secp256k1PrivateKey(Root["identifier_known_answer"]["private_key"].Bytes, provider);
        using var knownLog = new ConsentLog(knownKey);
        Assert.Equal(Root["identifier_known_answer"]["identifier"].Text, knownLog.Identifier);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Encrypt_WithTheVectorsRandomness_GivesTheVectorsBytes(string providerName, int index)
    {
        var vector = Root["messages_in_order"][index];
        using var key = new Secp256k1PrivateKey(Root["identity_private_key"].Bytes, Providers.Get(providerName));
        using var log = new ConsentLog(key);
        using var random = new ScriptedRandom(vector["hkdf_salt"].Bytes, vector["gcm_nonce"].Bytes);

        var bytes = log.Encrypt(Action(vector), random);

        Assert.Equal(vector["payload_bytes"].Bytes, bytes);
        Assert.Equal(vector["topic"].Topic, log.Topic);
        Assert.NotEmpty(vector["name"].Text);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Decrypt_OfTheVector_GivesItsAction(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["messages_in_order"][index];
        using var key = new Secp256k1PrivateKey(Root["identity_private_key"].Bytes, provider);
        using var log = new ConsentLog(key);

        var opened = log.Decrypt(vector["payload_bytes"].Bytes);

        Assert.Equal(DropReason.None, opened.Reason);
        Assert.Equal(Action(vector).Values, Assert.Single(opened.Value!).Values);
        Assert.Equal((Action(vector).State, Action(vector).Kind), (opened.Value![0].State, opened.Value[0].Kind));

        var ciphertext = Proto.PrivatePreferencesPayload.Parser.ParseFrom(vector["payload_bytes"].Bytes).V1;
        Assert.Equal(vector["ciphertext_payload"].Bytes, ciphertext.Aes256GcmHkdfSha256.Payload.ToByteArray());
        Assert.Equal(Root["identity_public_key_uncompressed_used_as_aad"].Bytes, key.PublicKey.Bytes.ToArray());
        var plaintext = AesGcmHkdf.Decrypt(provider, ciphertext, Root["encryption_secret"].Bytes, key.PublicKey.Span);
        Assert.Equal(vector["action_bytes"].Bytes, plaintext);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Decrypt_WithAnotherKey_Fails(string providerName, int index)
    {
        Assert.Equal("error", Root["decrypt_with_other_key"].Text);
        using var key = Secp256k1PrivateKey.Generate(Providers.Get(providerName));
        using var log = new ConsentLog(key);

        Assert.Equal(DropReason.DecryptionFailed, log.Decrypt(Root["messages_in_order"][index]["payload_bytes"].Bytes).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Apply_OfAllMessages_GivesTheFinalState(bool backwards)
    {
        using var key = new Secp256k1PrivateKey(Root["identity_private_key"].Bytes, CryptoProvider.Default);
        using var log = new ConsentLog(key);
        var list = new ConsentList(log);
        var messages = Root["messages_in_order"].Items;

        foreach (var vector in backwards ? messages.Reverse() : messages)
            Assert.True(list.Apply(vector["envelope_timestamp_ns"].Number, vector["payload_bytes"].Bytes).IsOpened);

        Assert.Equal(
            Root["final_state"].Items.Select(static row => (row["key"].Text, row["state"].Text)).Order(),
            list.Entries.Select(static entry => (entry.Key.ToString(), entry.Value.ToString().ToLowerInvariant())).Order());
    }

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public async Task ConsentProof_SignedAgain_IsTheVectors(string providerName)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["consent_proof"];
        using var wallet = new PrivateKeyWallet(vector["signer_wallet_private_key"].Bytes, provider);
        using var signer = Person.Named(vector["signer"].Text, provider);
        var (sender, timestampMs) = (vector["sender_peer_address"].Address, vector["timestamp_ms"].Number);
        Assert.Equal(vector["text"].Text, ConsentProof.Text(sender, timestampMs));
        Assert.Equal(vector["text_utf8"].Bytes, System.Text.Encoding.UTF8.GetBytes(ConsentProof.Text(sender, timestampMs)));

        var proof = await ConsentProof.SignAsync(wallet, sender, new FakeTimeProvider(vector["timestamp_ms"].Milliseconds), TestContext.Current.CancellationToken);

        Assert.Equal(new ConsentProof(vector["signature"].Text, timestampMs), proof);
        Assert.Equal(ConsentProofVerdict.Valid, proof.Verify(signer.Address, sender, vector["timestamp_ms"].Milliseconds, provider));
        Assert.Equal(ConsentProofVerdict.WrongSigner, proof.Verify(sender, signer.Address, vector["timestamp_ms"].Milliseconds, provider));
        Assert.Equal(vector["payload_bytes"].Bytes, proof.Encode());
        Assert.Equal(proof, ConsentProof.Decode(vector["payload_bytes"].Bytes));
    }

    private static ConsentAction Action(Vector vector)
    {
        var (name, member) = Assert.Single(vector["action"].Members);
        var (_, values) = Assert.Single(member.Members);
        var state = name.StartsWith("allow", StringComparison.Ordinal) ? ConsentState.Allowed : ConsentState.Denied;
        var kind = name[^1] == 's' ? ConsentKind.Address
            : name.EndsWith("Group", StringComparison.Ordinal) ? ConsentKind.Group
            : ConsentKind.Inbox;
        return new ConsentAction(state, kind, [.. values.Items.Select(static value => value.Text)]);
    }
}
