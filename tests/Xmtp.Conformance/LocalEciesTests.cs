using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Xmtp.Conformance.Vectors;
using Xmtp.Cryptography;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance;

/// <summary>File 16.</summary>
public sealed class LocalEciesTests
{
    private static readonly Vector Root = VectorFiles.Open("16-local-ecies");

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void Decrypt_OfAStoredValue_GivesItAndItsSignatureHolds(string providerName)
    {
        var provider = Providers.Get(providerName);
        using var key = new Secp256k1PrivateKey(Root["identity_private_key"].Bytes, provider);
        var stored = Proto.SignedEciesCiphertext.Parser.ParseFrom(Root["signed_ecies_ciphertext_bytes"].Bytes);
        var ecies = Proto.SignedEciesCiphertext.Types.Ecies.Parser.ParseFrom(stored.EciesBytes);

        Assert.Equal(Root["plaintext"].Bytes, Ecies.Decrypt(ecies, key));

        Assert.Equal(Root["ecies_bytes"].Bytes, stored.EciesBytes.ToByteArray());
        Assert.Equal(Root["ephemeral_public_key"].Bytes, ecies.EphemeralPublicKey.ToByteArray());
        Assert.Equal(Root["iv"].Bytes, ecies.Iv.ToByteArray());
        Assert.Equal(Root["mac"].Bytes, ecies.Mac.ToByteArray());
        Assert.Equal(Root["ciphertext"].Bytes, ecies.Ciphertext.ToByteArray());
        Signatures.AssertEqual(Root["signature"], stored.Signature);
        Signatures.AssertEqual(Root["signature"], key.Sign(SHA256.HashData(stored.EciesBytes.Span)));
        Assert.Equal(stored.ToByteArray(), Root["signed_ecies_ciphertext_bytes"].Bytes);
        var own = Ecies.Encrypt(key.PublicKey, Encoding.UTF8.GetBytes("own"));
        Assert.Equal(Encoding.UTF8.GetBytes("own"), Ecies.Decrypt(own, key));
    }
}
