using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Message = Xmtp.Protocol.MessageContents.SignedEciesCiphertext.Types.Ecies;

namespace Xmtp.Cryptography.Tests.Encryption;

public sealed class EciesTests
{
    private const string Recipient = "d219635d9e227e11aab978fad5af8659a65538df2d44f8be568616717f9d48ef";

    // Found by search: their shared X with the recipient begins with one and with three zero bytes.
    private const string OneZero = "4d159113222bfeb85fbe717cc2393ee8a6a85b7ce5ac1791c4eade5e3dd6de41";
    private const string ThreeZeros = "01d7bbdf1ffb717f7b1a593b0457bd69e88e6f964d9ee0d572617768612f5b83";
    private const string NoZero = "0000000000000000000000000000000000000000000000000000000000000001";

    private static Secp256k1PrivateKey Key(string hex, string provider) => new(Vectors.Hex(hex), CryptoProviders.Get(provider));

    /// <summary>An independent writer of either form, on the base class library.</summary>
    private static Message Seal(Secp256k1PrivateKey ephemeral, Secp256k1PublicKey recipient, byte[] plaintext, bool stripped)
    {
        ReadOnlySpan<byte> x = ephemeral.SharedPoint(recipient).AsSpan(1, 32);
        var keys = SHA512.HashData(stripped ? x.TrimStart((byte)0) : x);
        using var aes = Aes.Create();
        aes.Key = keys[..32];
        var iv = Vectors.Hex("000102030405060708090a0b0c0d0e0f");
        var ciphertext = aes.EncryptCbc(plaintext, iv);
        return new Message
        {
            EphemeralPublicKey = ByteString.CopyFrom(ephemeral.PublicKey.Span),
            Iv = ByteString.CopyFrom(iv),
            Mac = ByteString.CopyFrom(HMACSHA256.HashData(keys.AsSpan(32), [.. iv, .. ephemeral.PublicKey.Span, .. ciphertext])),
            Ciphertext = ByteString.CopyFrom(ciphertext),
        };
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Decrypt_OfVector_GivesItsPlaintext(string provider)
    {
        var vector = Vectors.Load("16-local-ecies.json");
        using var identity = new Secp256k1PrivateKey(vector.Bytes("identity_private_key"), CryptoProviders.Get(provider));
        Assert.Equal(vector.Bytes("plaintext"), Ecies.Decrypt(Message.Parser.ParseFrom(vector.Bytes("ecies_bytes")), identity));
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Decrypt_SharedXBeginsWithZeros_ReadsBothForms(string provider)
    {
        using var recipient = Key(Recipient, provider);
        foreach (var (hex, zeros) in new[] { (OneZero, 1), (ThreeZeros, 3), (NoZero, 0) })
        {
            using var ephemeral = Key(hex, provider);
            Assert.Equal(zeros, ephemeral.SharedPoint(recipient.PublicKey).AsSpan(1).IndexOfAnyExcept((byte)0));
            var padded = Seal(ephemeral, recipient.PublicKey, [1, 2, 3], stripped: false);
            var stripped = Seal(ephemeral, recipient.PublicKey, [1, 2, 3], stripped: true);
            Assert.Equal(zeros > 0, padded.Mac != stripped.Mac);
            Assert.Equal([1, 2, 3], Ecies.Decrypt(padded, recipient));
            Assert.Equal([1, 2, 3], Ecies.Decrypt(stripped, recipient));
            stripped.Mac = ByteString.CopyFrom(new byte[32]);
            Assert.False(Ecies.TryDecrypt(stripped, recipient, out _));
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Encrypt_SharedXWouldBeginWithZero_DrawsAnotherKey(string provider)
    {
        using var recipient = Key(Recipient, provider);
        using var used = Key(NoZero, provider);
        var random = new ScriptedRandom(Vectors.Hex(OneZero), Vectors.Hex(ThreeZeros), Vectors.Hex(NoZero), new byte[16]);
        var message = Ecies.Encrypt(recipient.PublicKey, "text"u8, random);
        Assert.Equal(0, random.Remaining);
        Assert.Equal(used.PublicKey.Bytes.ToArray(), message.EphemeralPublicKey.ToByteArray());
        Assert.Equal([.. "text"u8], Ecies.Decrypt(message, recipient));
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Encrypt_ScriptedRandomness_EqualsIndependentWriter(string provider)
    {
        using var recipient = Key(Recipient, provider);
        using var ephemeral = Key(NoZero, provider);
        var expected = Seal(ephemeral, recipient.PublicKey, [.. "a text of more than one block"u8], stripped: true);
        var random = new ScriptedRandom(Vectors.Hex(NoZero), expected.Iv.ToByteArray());
        Assert.Equal(expected, Ecies.Encrypt(recipient.PublicKey, "a text of more than one block"u8, random));
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Encrypt_ManyLengths_ComesBackAndTwiceDiffers(string provider)
    {
        using var recipient = Key(Recipient, provider);
        foreach (var length in new[] { 0, 1, 15, 16, 17, 10_000 })
        {
            var message = Ecies.Encrypt(recipient.PublicKey, new byte[length]);
            Assert.Equal(new byte[length], Ecies.Decrypt(message, recipient));
            Assert.NotEqual(message, Ecies.Encrypt(recipient.PublicKey, new byte[length]));
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Decrypt_AnythingChanged_Fails(string provider)
    {
        using var recipient = Key(Recipient, provider);
        using var stranger = Key(NoZero, provider);
        var message = Ecies.Encrypt(recipient.PublicKey, "text"u8);
        void Refused(Action<Message> change)
        {
            var altered = message.Clone();
            change(altered);
            Assert.Equal(ErrorCatalogue.CryptographyFailed, Assert.Throws<XmtpException>(() => Ecies.Decrypt(altered, recipient)).Code);
            Assert.False(Ecies.TryDecrypt(altered, recipient, out var plaintext));
            Assert.Null(plaintext);
        }

        Refused(m => m.Iv = Flip(m.Iv));
        Refused(m => m.Mac = Flip(m.Mac));
        Refused(m => m.Ciphertext = Flip(m.Ciphertext));
        Refused(m => m.EphemeralPublicKey = ByteString.CopyFrom(stranger.PublicKey.Span));
        Assert.False(Ecies.TryDecrypt(message, stranger, out _));
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Decrypt_PartsOfWrongLength_AreMalformed(string provider)
    {
        using var recipient = Key(Recipient, provider);
        var message = Ecies.Encrypt(recipient.PublicKey, "text"u8);
        void Malformed(Action<Message> change)
        {
            var altered = message.Clone();
            change(altered);
            Assert.Equal(ErrorCatalogue.MalformedData, Assert.Throws<XmtpException>(() => Ecies.Decrypt(altered, recipient)).Code);
            Assert.False(Ecies.TryDecrypt(altered, recipient, out _));
        }

        Malformed(m => m.EphemeralPublicKey = ByteString.Empty);
        Malformed(m => m.EphemeralPublicKey = ByteString.CopyFrom(new byte[65]));
        Malformed(m => m.EphemeralPublicKey = Flip(m.EphemeralPublicKey));
        Malformed(m => m.Iv = ByteString.CopyFrom(new byte[15]));
        Malformed(m => m.Mac = ByteString.CopyFrom(new byte[31]));
        Malformed(m => m.Mac = ByteString.CopyFrom(new byte[33]));
        Malformed(m => m.Ciphertext = ByteString.Empty);
        Malformed(m => m.Ciphertext = ByteString.CopyFrom(new byte[17]));
        Assert.Equal(ErrorCatalogue.MalformedData, Assert.Throws<XmtpException>(() => Ecies.Decrypt(null, recipient)).Code);
    }

    private static ByteString Flip(ByteString bytes)
    {
        var copy = bytes.ToByteArray();
        copy[^1] ^= 1;
        return ByteString.CopyFrom(copy);
    }
}
