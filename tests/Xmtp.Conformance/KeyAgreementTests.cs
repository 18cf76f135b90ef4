using Google.Protobuf;
using Xmtp.Conformance.Vectors;
using Xmtp.Cryptography;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance;

/// <summary>File 05.</summary>
public sealed class KeyAgreementTests
{
    private static readonly Vector Root = VectorFiles.Open("05-key-agreement");

    public static TheoryData<string, int> Agreements => Providers.WithEach(Root["agreements"]);

    public static TheoryData<string, int> Ciphertexts => Providers.WithEach(Root["ciphertext"]);

    [Theory]
    [MemberData(nameof(Agreements))]
    public void SharedSecret_FromBothSidesAndBothForms_IsTheVectors(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["agreements"][index];
        using var sender = Person.Named(vector["sender"].Text, provider);
        using var recipient = Person.Named(vector["recipient"].Text, provider);
        var (s, r) = (sender.Keys, recipient.Keys);

        Assert.Equal(vector["dh1_sender_identity_x_recipient_prekey"].Bytes, s.IdentityKey.SharedPoint(r.CurrentPreKey.PublicKey));
        Assert.Equal(vector["dh2_sender_prekey_x_recipient_identity"].Bytes, s.CurrentPreKey.SharedPoint(r.IdentityKey.PublicKey));
        Assert.Equal(vector["dh3_sender_prekey_x_recipient_prekey"].Bytes, s.CurrentPreKey.SharedPoint(r.CurrentPreKey.PublicKey));
        Assert.Equal(vector["secret"].Bytes, s.SharedSecret(r.PublicBundle, s.CurrentPreKey.PublicKey, iAmRecipient: false));
        Assert.Equal(vector["secret"].Bytes, r.SharedSecret(s.PublicBundle, r.CurrentPreKey.PublicKey, iAmRecipient: true));
        Assert.Equal(vector["secret"].Bytes, s.SharedSecret(r.PublicBundleV1, s.CurrentPreKey.PublicKey, iAmRecipient: false));
        Assert.Equal(vector["secret"].Bytes, r.SharedSecret(s.PublicBundleV1, r.CurrentPreKey.PublicKey, iAmRecipient: true));
    }

    [Theory]
    [MemberData(nameof(Ciphertexts))]
    public void Encrypt_WithTheVectorsRandomness_GivesTheVectorsBytesAndOpens(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["ciphertext"][index];
        using var random = new ScriptedRandom(vector["hkdf_salt"].Bytes, vector["gcm_nonce"].Bytes);

        var ciphertext = AesGcmHkdf.Encrypt(provider, vector["secret"].Bytes, vector["plaintext"].Bytes, vector["aad"].Bytes, random);

        Assert.Equal(vector["payload"].Bytes, ciphertext.Aes256GcmHkdfSha256.Payload.ToByteArray());
        Assert.Equal(vector["ciphertext_proto_bytes"].Bytes, ciphertext.ToByteArray());
        var received = Proto.Ciphertext.Parser.ParseFrom(vector["ciphertext_proto_bytes"].Bytes);
        Assert.Equal(vector["plaintext"].Bytes, AesGcmHkdf.Decrypt(provider, received, vector["secret"].Bytes, vector["aad"].Bytes));
    }
}
