using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Xmtp.TestSupport;

namespace Xmtp.Cryptography.Tests.Keys;

public sealed class SignTests
{
    private const string Order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

    /// <summary>Answers that implementations of RFC 6979 for secp256k1 have long shared: key, text, R || S.</summary>
    private static readonly (string Key, string Text, string Signature)[] Known =
    [
        ("0000000000000000000000000000000000000000000000000000000000000001", "Satoshi Nakamoto",
            "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"),
        ("0000000000000000000000000000000000000000000000000000000000000001",
            "All those moments will be lost in time, like tears in rain. Time to die...",
            "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21"),
        ("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "Satoshi Nakamoto",
            "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d06b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5"),
        ("f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181", "Alan Turing",
            "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea"),
        ("e91671c46231f833a6406ccbea0e3e392c76c167bac1cb013f6f1013980455c2",
            "There is a computer disease that anybody who works with computers knows about. It's a very serious disease and it interferes completely with the work. The trouble with computers is that you 'play' with them!",
            "b552edd27580141f3b2a5463048cb7cd3e047b97c9f98076c32dbdf85a68718b279fa72dd19bfae05577e06c7c0c1900c371fcd5893f7e1d56a37d30174671f6"),
    ];

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Sign_KnownKeyAndText_GivesKnownSignature(string provider)
    {
        foreach (var (key, text, expected) in Known)
        {
            using var privateKey = new Secp256k1PrivateKey(Vectors.Hex(key), CryptoProviders.Get(provider));
            var digest = SHA256.HashData(Encoding.UTF8.GetBytes(text));
            var signature = privateKey.Sign(digest);
            Assert.Equal(expected, Vectors.Hex(signature.Bytes.Span));
            Assert.True(privateKey.PublicKey.Verify(digest, signature));
            Assert.True(Secp256k1PublicKey.TryRecover(digest, signature, privateKey.Provider, out var signer));
            Assert.Equal(privateKey.PublicKey, signer);
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Sign_ManyDigests_AlwaysLowSAndBothRecoveryIds(string provider)
    {
        var random = SeededRandom.Fresh();
        using var key = Secp256k1PrivateKey.Generate(CryptoProviders.Get(provider), random);
        var ids = new HashSet<int>();
        for (var i = 0; i < 64; i++)
        {
            var signature = key.Sign(random.Bytes(32));
            Assert.True(Curve.Number(signature.Bytes.Span[32..]) <= Curve.N / 2, random.ToString());
            ids.Add(signature.Recovery);
        }

        Assert.True(ids.SetEquals([0, 1]), random.ToString());
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Sign_DigestNotBelowOrder_SameAsReducedDigest(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        byte[] signature = new byte[64], reducedSignature = new byte[64];
        var key = Curve.Bytes(7);
        foreach (var excess in new BigInteger[] { 0, 1, BigInteger.Pow(2, 256) - 1 - Curve.N })
        {
            var id = crypto.Sign(key, Curve.Bytes(Curve.N + excess), signature);
            Assert.Equal(crypto.Sign(key, Curve.Bytes(excess), reducedSignature), id);
            Assert.Equal(reducedSignature, signature);
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Verify_HighS_IsRefusedAndRecoveredWithOtherId(string provider)
    {
        using var key = new Secp256k1PrivateKey(Curve.Bytes(12345), CryptoProviders.Get(provider));
        var digest = SHA256.HashData("high"u8);
        var low = key.Sign(digest);
        var high = new EcdsaSignature(Curve.OtherS(low.Bytes.Span), 1 - low.Recovery);

        Assert.False(key.PublicKey.Verify(digest, high));
        Assert.True(Secp256k1PublicKey.TryRecover(digest, high, key.Provider, out var signer));
        Assert.Equal(key.PublicKey, signer);
        Assert.True(Secp256k1PublicKey.TryRecover(digest, new EcdsaSignature(high.Bytes.Span, low.Recovery), key.Provider, out var stranger));
        Assert.NotEqual(key.PublicKey, stranger);
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Verify_AnythingChanged_IsFalse(string provider)
    {
        using var key = new Secp256k1PrivateKey(Curve.Bytes(99), CryptoProviders.Get(provider));
        using var other = new Secp256k1PrivateKey(Curve.Bytes(100), key.Provider);
        var digest = SHA256.HashData("text"u8);
        var signature = key.Sign(digest);
        Assert.False(other.PublicKey.Verify(digest, signature));
        Assert.False(key.PublicKey.Verify(SHA256.HashData("other"u8), signature));
        for (var i = 0; i < 64; i++)
        {
            var bytes = signature.Bytes.ToArray();
            bytes[i] ^= 1;
            Assert.False(key.PublicKey.Verify(digest, new EcdsaSignature(bytes, 0)), $"byte {i}");
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void VerifyAndRecover_PartsOutOfRange_AreFalse(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        var digest = SHA256.HashData("range"u8);
        byte[] good = new byte[64], signer = new byte[65];
        crypto.Sign(Curve.Bytes(5), digest, good);
        crypto.GetPublicKey(Curve.Bytes(5), signer);
        Assert.True(crypto.Verify(signer, digest, good));

        var zero = new byte[32];
        var order = Vectors.Hex(Order);
        var most = Enumerable.Repeat((byte)0xff, 32).ToArray();
        foreach (var bad in new[] { zero, order, most })
        {
            foreach (var signature in new byte[][] { [.. bad, .. good[32..]], [.. good[..32], .. bad] })
            {
                var recovered = Enumerable.Repeat((byte)1, 65).ToArray();
                Assert.False(crypto.Verify(signer, digest, signature));
                Assert.False(crypto.TryRecover(digest, signature, 0, recovered));
                Assert.Equal(new byte[65], recovered);
            }
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Recover_OtherIdsThanZeroAndOne_IsFalse(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        var digest = SHA256.HashData("id"u8);
        byte[] signature = new byte[64], recovered = new byte[65];
        crypto.Sign(Curve.Bytes(5), digest, signature);
        foreach (var id in new[] { -1, 2, 3, 4, 27, int.MaxValue })
            Assert.False(crypto.TryRecover(digest, signature, id, recovered));
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Recover_RIsNoCoordinateOfTheCurve_IsFalse(string provider)
    {
        // 5 cubed plus 7 has no square root, so no point has x = 5.
        byte[] signature = [.. Curve.Bytes(5), .. Curve.Bytes(1)];
        Assert.False(CryptoProviders.Get(provider).TryRecover(new byte[32], signature, 0, new byte[65]));
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Recover_SignerWouldBeInfinity_IsFalse(string provider)
    {
        // With R = G, the signer is (s - z)/r times G: nothing when s equals z.
        byte[] signature = [.. Curve.G[1..33], .. Curve.Bytes(77)];
        Assert.False(CryptoProviders.Get(provider).TryRecover(Curve.Bytes(77), signature, 0, new byte[65]));
        Assert.True(CryptoProviders.Get(provider).TryRecover(Curve.Bytes(77), signature, 1, new byte[65]));
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Verify_SumIsInfinity_IsFalse(string provider)
    {
        // The key is -z/r times G, so that u1 G + u2 Q is nothing whatever s is.
        var crypto = CryptoProviders.Get(provider);
        BigInteger z = 1234, r = 5678;
        var minusZOverR = (Curve.N - z) * BigInteger.ModPow(r, Curve.N - 2, Curve.N) % Curve.N;
        var key = new byte[65];
        crypto.GetPublicKey(Curve.Bytes(minusZOverR), key);
        Assert.False(crypto.Verify(key, Curve.Bytes(z), [.. Curve.Bytes(r), .. Curve.Bytes(9)]));
    }
}
