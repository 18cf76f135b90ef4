using Xmtp.TestSupport;

namespace Xmtp.Cryptography.Tests.Providers;

public sealed class AesTests
{
    private static readonly byte[] Key = Vectors.Hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    private static readonly byte[] Iv = Vectors.Hex("000102030405060708090a0b0c0d0e0f");
    private static readonly byte[] Nonce = Vectors.Hex("cafebabefacedbaddecaf888");

    /// <summary>Test cases 13, 14 and 16 of the GCM proposal to NIST: key, nonce, plaintext, associated data, ciphertext and tag.</summary>
    [Theory, ClassData(typeof(CryptoProviders))]
    public void EncryptAesGcm_KnownInput_GivesKnownOutput(string provider)
    {
        (byte[] Key, byte[] Nonce, string Plaintext, string Aad, string Expected)[] cases =
        [
            (new byte[32], new byte[12], "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
            (new byte[32], new byte[12], "00000000000000000000000000000000", "", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
            (Key, Nonce,
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
                "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"),
        ];
        var crypto = CryptoProviders.Get(provider);
        foreach (var (key, nonce, plaintextHex, aad, expected) in cases)
        {
            var plaintext = Vectors.Hex(plaintextHex);
            var output = new byte[plaintext.Length + 16];
            crypto.EncryptAesGcm(key, nonce, plaintext, Vectors.Hex(aad), output);
            Assert.Equal(expected, Vectors.Hex(output));
            var back = new byte[plaintext.Length];
            Assert.True(crypto.TryDecryptAesGcm(key, nonce, output, Vectors.Hex(aad), back));
            Assert.Equal(plaintext, back);
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void TryDecryptAesGcm_AnythingChanged_IsFalseAndPlaintextCleared(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        byte[] plaintext = [.. "forty bytes of plaintext, over two blocks"u8], aad = [.. "associated"u8];
        var sealedBytes = new byte[plaintext.Length + 16];
        crypto.EncryptAesGcm(Key, Nonce, plaintext, aad, sealedBytes);

        void Refused(byte[] key, byte[] nonce, byte[] input, byte[] associated)
        {
            var output = Enumerable.Repeat((byte)0xcc, input.Length - 16).ToArray();
            Assert.False(crypto.TryDecryptAesGcm(key, nonce, input, associated, output));
            Assert.Equal(new byte[output.Length], output);
        }

        for (var i = 0; i < sealedBytes.Length; i++)
            Refused(Key, Nonce, Flip(sealedBytes, i), aad);
        Refused(Flip(Key, 0), Nonce, sealedBytes, aad);
        Refused(Key, Flip(Nonce, 11), sealedBytes, aad);
        Refused(Key, Nonce, sealedBytes, Flip(aad, 3));
        Refused(Key, Nonce, sealedBytes, []);
        Refused(Key, Nonce, sealedBytes[..^1], aad);
        Refused(Key, Nonce, sealedBytes[..16], aad);
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void AesGcm_WrongLengths_AreArgumentExceptions(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        byte[] plaintext = new byte[5], output = new byte[21];
        Assert.Throws<ArgumentException>(() => crypto.EncryptAesGcm(new byte[31], Nonce, plaintext, [], output));
        Assert.Throws<ArgumentException>(() => crypto.EncryptAesGcm(new byte[16], Nonce, plaintext, [], output));
        Assert.Throws<ArgumentException>(() => crypto.EncryptAesGcm(Key, new byte[13], plaintext, [], output));
        Assert.Throws<ArgumentException>(() => crypto.EncryptAesGcm(Key, Nonce, plaintext, [], new byte[20]));
        Assert.Throws<ArgumentException>(() => crypto.EncryptAesGcm(Key, Nonce, plaintext, [], new byte[22]));
        Assert.Throws<ArgumentException>(() => crypto.TryDecryptAesGcm(Key, Nonce, new byte[15], [], []));
        Assert.Throws<ArgumentException>(() => crypto.TryDecryptAesGcm(Key, Nonce, output, [], new byte[6]));
        Assert.Throws<ArgumentException>(() => crypto.TryDecryptAesGcm(Key, new byte[11], output, [], plaintext));
    }

    /// <summary>The first block is that of NIST SP 800-38A, F.2.5.</summary>
    [Theory, ClassData(typeof(CryptoProviders))]
    public void EncryptAesCbc_KnownInput_GivesKnownFirstBlock(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        var key = Vectors.Hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
        var plaintext = Vectors.Hex("6bc1bee22e409f96e93d7e117393172a");
        var ciphertext = crypto.EncryptAesCbc(key, Iv, plaintext);
        Assert.Equal(32, ciphertext.Length);
        Assert.Equal("f58c4c04d6e5f1ba779eabfb5f7bfbd6", Vectors.Hex(ciphertext.AsSpan(0, 16)));
        Assert.Equal(plaintext, crypto.TryDecryptAesCbc(key, Iv, ciphertext));
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void AesCbc_EveryLengthUpToThreeBlocks_ComesBack(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        for (var length = 0; length <= 48; length++)
        {
            var plaintext = Enumerable.Range(0, length).Select(static i => (byte)i).ToArray();
            var ciphertext = crypto.EncryptAesCbc(Key, Iv, plaintext);
            Assert.Equal((length / 16 * 16) + 16, ciphertext.Length);
            Assert.Equal(plaintext, crypto.TryDecryptAesCbc(Key, Iv, ciphertext));
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void TryDecryptAesCbc_BadPaddingOrLength_IsNull(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        var ciphertext = crypto.EncryptAesCbc(Key, Iv, new byte[16]);
        Assert.Null(crypto.TryDecryptAesCbc(Key, Iv, ciphertext.AsSpan(0, 16)));
        Assert.Null(crypto.TryDecryptAesCbc(Key, Iv, ciphertext.AsSpan(0, 31)));
        Assert.Null(crypto.TryDecryptAesCbc(Key, Iv, []));
        Assert.Throws<ArgumentException>(() => crypto.TryDecryptAesCbc(Key, Iv.AsSpan(1), ciphertext));
        Assert.Throws<ArgumentException>(() => crypto.EncryptAesCbc(Key.AsSpan(1), Iv, []));
    }

    private static byte[] Flip(byte[] bytes, int index)
    {
        var copy = bytes.ToArray();
        copy[index] ^= 0x40;
        return copy;
    }
}
