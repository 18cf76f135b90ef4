using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Cryptography.Tests.Encryption;

public sealed class SignedEciesTests
{
    [Theory, ClassData(typeof(CryptoProviders))]
    public void Decrypt_OfVector_GivesItsPlaintextAndSignature(string provider)
    {
        var vector = Vectors.Load("16-local-ecies.json");
        using var identity = new Secp256k1PrivateKey(vector.Bytes("identity_private_key"), CryptoProviders.Get(provider));
        var message = Proto.SignedEciesCiphertext.Parser.ParseFrom(vector.Bytes("signed_ecies_ciphertext_bytes"));
        Assert.Equal(vector.Bytes("plaintext"), SignedEcies.Decrypt(message, identity));

        var signature = vector.Member("signature");
        Assert.Equal(
            new EcdsaSignature(signature.Bytes("bytes"), (int)signature.Number("recovery")), identity.Sign(SHA256.HashData(vector.Bytes("ecies_bytes"))));
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Encrypt_AnyPlaintext_ComesBackToTheSameIdentityAlone(string provider)
    {
        using var identity = Secp256k1PrivateKey.Generate(CryptoProviders.Get(provider));
        using var stranger = Secp256k1PrivateKey.Generate(CryptoProviders.Get(provider));
        var message = SignedEcies.Encrypt(identity, "text"u8);
        Assert.Equal([.. "text"u8], SignedEcies.Decrypt(Proto.SignedEciesCiphertext.Parser.ParseFrom(message.ToByteArray()), identity));
        Assert.Equal(ErrorCatalogue.CryptographyFailed, Refused(message, stranger));
    }

    [Fact]
    public void Decrypt_AnotherSignerOrContent_IsRefused()
    {
        using var identity = Secp256k1PrivateKey.Generate(CryptoProvider.Default);
        using var stranger = Secp256k1PrivateKey.Generate(CryptoProvider.Default);
        var message = SignedEcies.Encrypt(identity, "text"u8);
        var forged = message.Clone();
        forged.EciesBytes = Ecies.Encrypt(identity.PublicKey, "forged"u8).ToByteString();
        Assert.Equal(ErrorCatalogue.CryptographyFailed, Refused(forged, identity));
        forged.Signature.EcdsaCompact.Bytes = ByteString.CopyFrom(stranger.Sign(SHA256.HashData(forged.EciesBytes.Span)).Bytes.Span);
        Assert.Equal(ErrorCatalogue.CryptographyFailed, Refused(forged, identity));
    }

    [Fact]
    public void Decrypt_PartsMissing_IsMalformed()
    {
        using var identity = Secp256k1PrivateKey.Generate(CryptoProvider.Default);
        var message = SignedEcies.Encrypt(identity, "text"u8);
        Assert.Equal(ErrorCatalogue.MalformedData, Refused(null, identity));
        Assert.Equal(ErrorCatalogue.MalformedData, Refused(new Proto.SignedEciesCiphertext { EciesBytes = message.EciesBytes }, identity));
        var shortSignature = message.Clone();
        shortSignature.Signature.EcdsaCompact.Bytes = ByteString.CopyFrom(new byte[63]);
        Assert.Equal(ErrorCatalogue.MalformedData, Refused(shortSignature, identity));
        var walletArm = message.Clone();
        walletArm.Signature = new Proto.Signature { WalletEcdsaCompact = new() { Bytes = message.Signature.EcdsaCompact.Bytes } };
        Assert.Equal(ErrorCatalogue.MalformedData, Refused(walletArm, identity));
        var noMessage = message.Clone();
        noMessage.EciesBytes = ByteString.CopyFrom(0xff);
        noMessage.Signature.EcdsaCompact.Bytes = ByteString.CopyFrom(identity.Sign(SHA256.HashData(noMessage.EciesBytes.Span)).Bytes.Span);
        Assert.Equal(ErrorCatalogue.MalformedData, Refused(noMessage, identity));
    }

    private static ErrorCode Refused(Proto.SignedEciesCiphertext? message, Secp256k1PrivateKey identity) =>
        Assert.Throws<XmtpException>(() => SignedEcies.Decrypt(message, identity)).Code;
}
