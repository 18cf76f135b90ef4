using System.Security.Cryptography;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Cryptography.Tests.Keys;

public sealed class KeyTests
{
    [Theory, ClassData(typeof(CryptoProviders))]
    public void PrivateKey_OneAndLast_HaveBasePointAndItsNegative(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        using var one = new Secp256k1PrivateKey(Curve.Bytes(1), crypto);
        using var last = new Secp256k1PrivateKey(Curve.Bytes(Curve.N - 1), crypto);
        byte[] negative = [.. Curve.G[..33], .. Curve.Bytes(Curve.P - Curve.Number(Curve.G.AsSpan(33)))];
        Assert.Equal(Curve.G, one.PublicKey.Bytes.ToArray());
        Assert.Equal(negative, last.PublicKey.Bytes.ToArray());
        Assert.Equal("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", one.PublicKey.Address.ToString());
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void PrivateKey_NoValidScalar_IsMalformedAndItsBytesNotShown(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        byte[][] bad =
        [
            new byte[32], Curve.Bytes(Curve.N), Curve.Bytes(Curve.N + 1), [.. Enumerable.Repeat((byte)0xff, 32)],
            [], new byte[31], [.. Curve.Bytes(1), 0],
        ];
        foreach (var bytes in bad)
        {
            var exception = Assert.Throws<XmtpException>(() => new Secp256k1PrivateKey(bytes, crypto));
            Assert.Equal(ErrorCatalogue.MalformedData, exception.Code);
            if (bytes.Length > 0)
                Assert.DoesNotContain(Vectors.Hex(bytes), exception.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Provider_InvalidPrivateKey_IsArgumentException(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        foreach (var bad in new[] { new byte[32], Curve.Bytes(Curve.N) })
        {
            Assert.False(crypto.IsValidPrivateKey(bad));
            Assert.Throws<ArgumentException>(() => crypto.GetPublicKey(bad, new byte[65]));
            Assert.Throws<ArgumentException>(() => crypto.Sign(bad, new byte[32], new byte[64]));
            Assert.Throws<ArgumentException>(() => crypto.SharedPoint(bad, Curve.G, new byte[65]));
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void PublicKey_NoPointOfTheCurve_IsMalformed(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        var yOfOne = Vectors.Hex("4218f20ae6c646b363db68605822fb14264ca8d2587fdd6fbc750d587e76a7ee");
        var offCurve = Curve.G.ToArray();
        offCurve[64] ^= 1;
        _ = new Secp256k1PublicKey([4, .. Curve.Bytes(1), .. yOfOne], crypto);
        byte[][] bad =
        [
            [], new byte[65], [4, .. new byte[64]], Curve.G[..64], [.. Curve.G, 0], [2, .. Curve.G[1..33]], offCurve,
            [2, .. Curve.G[1..]], [6, .. Curve.G[1..]], [7, .. Curve.G[1..]], [0, .. Curve.G[1..]],
            [4, .. Curve.Bytes(Curve.P + 1), .. yOfOne], // x = 1, written as p + 1
            [4, .. Curve.Bytes(Curve.P), .. new byte[32]],
            [4, .. Enumerable.Repeat((byte)0xff, 64)],
        ];
        foreach (var bytes in bad)
        {
            var exception = Assert.Throws<XmtpException>(() => new Secp256k1PublicKey(bytes, crypto));
            Assert.Equal(ErrorCatalogue.MalformedData, exception.Code);
            if (bytes.Length != 65)
                continue;
            Assert.False(crypto.IsValidPublicKey(bytes));
            Assert.False(crypto.Verify(bytes, Curve.Bytes(1), [.. Curve.Bytes(1), .. Curve.Bytes(1)]));
            Assert.Throws<ArgumentException>(() => crypto.SharedPoint(Curve.Bytes(1), bytes, new byte[65]));
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void SharedPoint_BothSides_IsTheSameWholePoint(string provider)
    {
        var random = SeededRandom.Fresh();
        var crypto = CryptoProviders.Get(provider);
        for (var i = 0; i < 16; i++)
        {
            using var left = Secp256k1PrivateKey.Generate(crypto, random);
            using var right = Secp256k1PrivateKey.Generate(crypto, random);
            var point = left.SharedPoint(right.PublicKey);
            Assert.True(point.AsSpan().SequenceEqual(right.SharedPoint(left.PublicKey)), random.ToString());

            // The product of the private keys, times G.
            var product = Curve.Number(left.Export()) * Curve.Number(right.Export()) % Curve.N;
            var expected = new byte[65];
            crypto.GetPublicKey(Curve.Bytes(product), expected);
            Assert.True(expected.AsSpan().SequenceEqual(point), random.ToString());
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void SharedPoint_OfVectors_GivesTheirPointsAndSecret(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        var people = Vectors.Load("01-identity-v1.json");
        Secp256k1PrivateKey Key(string person, string kind) => new(people.Row("people", person).Member(kind).Bytes("private_key"), crypto);
        foreach (var row in Vectors.Load("05-key-agreement.json").Rows("agreements"))
        {
            using var identity = Key(row.Text("sender"), "identity");
            using var preKey = Key(row.Text("sender"), "pre_key");
            using var peerIdentity = Key(row.Text("recipient"), "identity");
            using var peerPreKey = Key(row.Text("recipient"), "pre_key");
            var first = identity.SharedPoint(peerPreKey.PublicKey);
            var second = preKey.SharedPoint(peerIdentity.PublicKey);
            var third = preKey.SharedPoint(peerPreKey.PublicKey);
            Assert.Equal(row.Text("dh1_sender_identity_x_recipient_prekey"), Vectors.Hex(first));
            Assert.Equal(row.Text("dh2_sender_prekey_x_recipient_identity"), Vectors.Hex(second));
            Assert.Equal(row.Text("dh3_sender_prekey_x_recipient_prekey"), Vectors.Hex(third));
            Assert.Equal(row.Text("secret"), Vectors.Hex([.. first, .. second, .. third]));
            Assert.Equal(first, peerPreKey.SharedPoint(identity.PublicKey));
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Provider_WrongLengths_AreArgumentExceptions(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        byte[] key = Curve.Bytes(1), digest = new byte[32], signature = new byte[64], point = Curve.G;
        foreach (var delta in new[] { -1, 1 })
        {
            var scalar = new byte[32 + delta];
            var pair = new byte[64 + delta];
            var whole = new byte[65 + delta];
            whole[0] = 4;
            Assert.Throws<ArgumentException>(() => crypto.IsValidPrivateKey(scalar));
            Assert.Throws<ArgumentException>(() => crypto.IsValidPublicKey(whole));
            Assert.Throws<ArgumentException>(() => crypto.GetPublicKey(scalar, new byte[65]));
            Assert.Throws<ArgumentException>(() => crypto.GetPublicKey(key, whole));
            Assert.Throws<ArgumentException>(() => crypto.Sign(scalar, digest, signature));
            Assert.Throws<ArgumentException>(() => crypto.Sign(key, scalar, signature));
            Assert.Throws<ArgumentException>(() => crypto.Sign(key, digest, pair));
            Assert.Throws<ArgumentException>(() => crypto.Verify(whole, digest, signature));
            Assert.Throws<ArgumentException>(() => crypto.Verify(point, scalar, signature));
            Assert.Throws<ArgumentException>(() => crypto.Verify(point, digest, pair));
            Assert.Throws<ArgumentException>(() => crypto.TryRecover(scalar, signature, 0, new byte[65]));
            Assert.Throws<ArgumentException>(() => crypto.TryRecover(digest, pair, 0, new byte[65]));
            Assert.Throws<ArgumentException>(() => crypto.TryRecover(digest, signature, 0, whole));
            Assert.Throws<ArgumentException>(() => crypto.SharedPoint(scalar, point, new byte[65]));
            Assert.Throws<ArgumentException>(() => crypto.SharedPoint(key, whole, new byte[65]));
            Assert.Throws<ArgumentException>(() => crypto.SharedPoint(key, point, whole));
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Generate_FirstBytesAreNoKey_TakesTheNext(string provider)
    {
        var random = new ScriptedRandom(new byte[32], Curve.Bytes(Curve.N), Curve.Bytes(42));
        using var key = Secp256k1PrivateKey.Generate(CryptoProviders.Get(provider), random);
        Assert.Equal(Curve.Bytes(42), key.Export());
        Assert.Equal(0, random.Remaining);
    }

    [Fact]
    public void Generate_BrokenRandomness_FailsInsteadOfTryingForEver() =>
        Assert.Throws<CryptographicException>(() => Secp256k1PrivateKey.Generate(ManagedCryptoProvider.Instance, new ScriptedRandom(new byte[64 * 32])));

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Generate_SystemRandomness_GivesDifferentKeys(string provider)
    {
        using var left = Secp256k1PrivateKey.Generate(CryptoProviders.Get(provider));
        using var right = Secp256k1PrivateKey.Generate(CryptoProviders.Get(provider));
        Assert.NotEqual(left.PublicKey, right.PublicKey);
    }

    [Fact]
    public void PublicKey_SameBytes_AreEqualWhateverTheProvider()
    {
        var keys = CryptoProviders.Names.Select(name => new Secp256k1PublicKey(Curve.G, CryptoProviders.Get(name))).Append(
            new Secp256k1PublicKey(Curve.G, ManagedCryptoProvider.Instance)).ToArray();
        Assert.Single(keys.Distinct());
        Assert.True(keys[0] == keys[^1]);
        using var two = new Secp256k1PrivateKey(Curve.Bytes(2), ManagedCryptoProvider.Instance);
        Assert.True(keys[0] != two.PublicKey);
        Assert.False(keys[0].Equals(null));
    }
}
