using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Cryptography.Tests.Encryption;

public sealed class AesGcmHkdfTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 65).Select(static i => (byte)i)];

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Encrypt_SaltAndNonceOfVectors_GivesTheirBytes(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        foreach (var row in Vectors.Load("05-key-agreement.json").Rows("ciphertext"))
        {
            byte[] secret = row.Bytes("secret"), aad = row.Bytes("aad"), plaintext = row.Bytes("plaintext");
            var random = new ScriptedRandom(row.Bytes("hkdf_salt"), row.Bytes("gcm_nonce"));
            var ciphertext = AesGcmHkdf.Encrypt(crypto, secret, plaintext, aad, random);
            Assert.Equal(row.Text("ciphertext_proto_bytes"), Vectors.Hex(ciphertext.ToByteArray()));
            Assert.Equal(row.Text("payload"), Vectors.Hex(ciphertext.Aes256GcmHkdfSha256.Payload.Span));
            Assert.Equal(plaintext, AesGcmHkdf.Decrypt(crypto, Proto.Ciphertext.Parser.ParseFrom(row.Bytes("ciphertext_proto_bytes")), secret, aad));
            Assert.Equal(0, random.Remaining);
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Decrypt_SecretsAndPlaintextsOfManyLengths_ComesBack(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        var random = SeededRandom.Fresh();
        foreach (var secretLength in new[] { 0, 1, 32, 65, 195 })
        {
            foreach (var length in new[] { 0, 1, 15, 16, 17, 1000, 1_000_000 })
            {
                byte[] secret = random.Bytes(secretLength), plaintext = random.Bytes(length), aad = random.Bytes(length % 7);
                var ciphertext = AesGcmHkdf.Encrypt(crypto, secret, plaintext, aad);
                Assert.True(AesGcmHkdf.Decrypt(crypto, ciphertext, secret, aad).AsSpan().SequenceEqual(plaintext), random.ToString());
            }
        }
    }

    [Fact]
    public void Encrypt_Twice_DrawsAnotherSaltAndNonce()
    {
        var left = AesGcmHkdf.Encrypt(CryptoProvider.Default, Secret, Secret, []).Aes256GcmHkdfSha256;
        var right = AesGcmHkdf.Encrypt(CryptoProvider.Default, Secret, Secret, []).Aes256GcmHkdfSha256;
        Assert.NotEqual(left.HkdfSalt, right.HkdfSalt);
        Assert.NotEqual(left.GcmNonce, right.GcmNonce);
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Decrypt_AnythingChanged_FailsAuthentication(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        var ciphertext = AesGcmHkdf.Encrypt(crypto, Secret, "plaintext"u8, "aad"u8);
        var parts = ciphertext.Aes256GcmHkdfSha256;
        void Refused(Proto.Ciphertext altered, byte[] secret, byte[] aad)
        {
            Assert.Equal(ErrorCatalogue.CryptographyFailed, Assert.Throws<XmtpException>(() => AesGcmHkdf.Decrypt(crypto, altered, secret, aad)).Code);
            Assert.False(AesGcmHkdf.TryDecrypt(crypto, altered, secret, aad, out var plaintext));
            Assert.Null(plaintext);
        }

        for (var i = 0; i < parts.Payload.Length; i++)
            Refused(With(ciphertext, p => p.Payload = Flip(parts.Payload, i)), Secret, [.. "aad"u8]);
        Refused(With(ciphertext, p => p.HkdfSalt = Flip(parts.HkdfSalt, 31)), Secret, [.. "aad"u8]);
        Refused(With(ciphertext, p => p.GcmNonce = Flip(parts.GcmNonce, 0)), Secret, [.. "aad"u8]);
        Refused(ciphertext, Secret, [.. "aae"u8]);
        Refused(ciphertext, Secret, []);
        Refused(ciphertext, Secret[1..], [.. "aad"u8]);
    }

    [Theory]
    [InlineData(0, 12, 16, "salt has 0")]
    [InlineData(31, 12, 16, "salt has 31")]
    [InlineData(33, 12, 16, "salt has 33")]
    [InlineData(32, 11, 16, "nonce has 11")]
    [InlineData(32, 13, 16, "nonce has 13")]
    [InlineData(32, 12, 15, "payload has 15")]
    [InlineData(32, 12, 0, "payload has 0")]
    public void Decrypt_WrongLengths_AreMalformedWithTheLength(int salt, int nonce, int payload, string expected)
    {
        var ciphertext = new Proto.Ciphertext
        {
            Aes256GcmHkdfSha256 = new Proto.Ciphertext.Types.Aes256gcmHkdfsha256
            {
                HkdfSalt = ByteString.CopyFrom(new byte[salt]),
                GcmNonce = ByteString.CopyFrom(new byte[nonce]),
                Payload = ByteString.CopyFrom(new byte[payload]),
            },
        };
        Malformed(ciphertext, expected);
    }

    [Fact]
    public void Decrypt_NothingThere_IsMalformed()
    {
        Malformed(null, "missing");
        Malformed(new Proto.Ciphertext(), "missing");
    }

    private static void Malformed(Proto.Ciphertext? ciphertext, string expected)
    {
        var exception = Assert.Throws<XmtpException>(() => AesGcmHkdf.Decrypt(CryptoProvider.Default, ciphertext, Secret, []));
        Assert.Equal(ErrorCatalogue.MalformedData, exception.Code);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.False(AesGcmHkdf.TryDecrypt(CryptoProvider.Default, ciphertext, Secret, [], out _));
    }

    private static Proto.Ciphertext With(Proto.Ciphertext original, Action<Proto.Ciphertext.Types.Aes256gcmHkdfsha256> change)
    {
        var copy = original.Clone();
        change(copy.Aes256GcmHkdfSha256);
        return copy;
    }

    private static ByteString Flip(ByteString bytes, int index)
    {
        var copy = bytes.ToByteArray();
        copy[index] ^= 1;
        return ByteString.CopyFrom(copy);
    }
}
