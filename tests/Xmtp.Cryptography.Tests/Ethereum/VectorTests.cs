using Xmtp.TestSupport;

namespace Xmtp.Cryptography.Tests.Ethereum;

/// <summary>What the published JavaScript client computed for keys, wallet signatures and token digests.</summary>
public sealed class VectorTests
{
    [Theory, ClassData(typeof(CryptoProviders))]
    public void Identity_FromFixedKeys_EqualsVectors(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        foreach (var person in Vectors.Load("01-identity-v1.json").Rows("people"))
        {
            using var wallet = new Secp256k1PrivateKey(person.Bytes("wallet_private_key"), crypto);
            Assert.Equal(person.Text("wallet_address"), wallet.PublicKey.Address.ToString());

            var identity = person.Member("identity");
            using var identityKey = new Secp256k1PrivateKey(identity.Bytes("private_key"), crypto);
            Assert.Equal(identity.Text("public_key_uncompressed"), identityKey.PublicKey.ToString());
            var digest = PersonalMessage.Digest(identity.Text("create_identity_text"));
            Assert.Equal(identity.Text("eip191_keccak256_digest"), Vectors.Hex(digest));
            var walletSignature = wallet.Sign(digest);
            Assert.Equal(identity.Text("wallet_signature_65"), Vectors.Hex(walletSignature.ToWalletBytes()));
            Assert.Equal(Signature(identity.Member("signature")), walletSignature);

            var preKey = person.Member("pre_key");
            var preKeySignature = identityKey.Sign(preKey.Bytes("sha256_digest"));
            Assert.Equal(Signature(preKey.Member("signature_by_identity")), preKeySignature);
            Assert.True(identityKey.PublicKey.Verify(preKey.Bytes("sha256_digest"), preKeySignature));
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void TokenSignature_OverKeccakDigest_EqualsVectors(string provider)
    {
        foreach (var token in Vectors.Load("13-auth-token.json").Rows("tokens"))
        {
            using var identity = new Secp256k1PrivateKey(token.Bytes("identity_private_key"), CryptoProviders.Get(provider));
            var digest = Keccak256.Hash(token.Bytes("auth_data_bytes"));
            Assert.Equal(token.Text("keccak256_digest"), Vectors.Hex(digest));
            Assert.Equal(Signature(token.Member("auth_data_signature")), identity.Sign(digest));
        }
    }

    private static EcdsaSignature Signature(System.Text.Json.JsonElement element) =>
        new(element.Bytes("bytes"), (int)element.Number("recovery"));
}
