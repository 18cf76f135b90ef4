using Xmtp.Cryptography.Tests.Keys;
using Xmtp.TestSupport;

namespace Xmtp.Cryptography.Tests.Providers;

/// <summary>Both providers must agree on everything, the edges of every range included.</summary>
public sealed class CrossCheckTests
{
    private readonly SeededRandom _random = SeededRandom.Fresh();
    private readonly ManagedCryptoProvider _managed = ManagedCryptoProvider.Instance;
    private readonly CryptoProvider _native;

    public CrossCheckTests()
    {
        Assert.SkipUnless(CryptoProviders.Names.Contains("native"), "libsecp256k1 is not installed");
        _native = CryptoProviders.Get("native");
    }

    private byte[] Scalar() => _random.Number(4) switch
    {
        0 => Curve.Bytes(Curve.N - 1 - _random.Number(3)),
        1 => Curve.Bytes(1 + _random.Number(3)),
        2 => Curve.Bytes((Curve.N / 2) + _random.Number(3) - 1),
        _ => _random.Bytes(32),
    };

    private byte[] Digest() => _random.Number(4) switch
    {
        0 => Curve.Bytes(Curve.N + _random.Number(3) - 1),
        1 => Curve.Bytes(_random.Number(3)),
        2 => [.. Enumerable.Repeat((byte)0xff, 32)],
        _ => _random.Bytes(32),
    };

    private void Same(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Assert.True(left.SequenceEqual(right), $"{_random}: {Vectors.Hex(left)} is not {Vectors.Hex(right)}");

    [Fact]
    public void Signing_RandomAndEdgeInput_IsTheSame()
    {
        byte[] left = new byte[65], right = new byte[65], leftSignature = new byte[64], rightSignature = new byte[64];
        for (var i = 0; i < 500; i++)
        {
            byte[] key = Scalar(), digest = Digest();
            _managed.GetPublicKey(key, left);
            _native.GetPublicKey(key, right);
            Same(left, right);
            var recovery = _managed.Sign(key, digest, leftSignature);
            Assert.True(_native.Sign(key, digest, rightSignature) == recovery, _random.ToString());
            Same(leftSignature, rightSignature);
            Assert.True(_managed.Verify(left, digest, leftSignature) && _native.Verify(left, digest, leftSignature), _random.ToString());
            Assert.True(_managed.TryRecover(digest, leftSignature, recovery, right), _random.ToString());
            Same(left, right);
        }
    }

    [Fact]
    public void VerifyingAndRecovering_RandomSignatures_IsTheSame()
    {
        byte[] left = new byte[65], right = new byte[65], key = new byte[65], recovered = new byte[65];
        var outcomes = new HashSet<(bool, bool)>();
        for (var i = 0; i < 500; i++)
        {
            var digest = Digest();
            byte[] signature = [.. Scalar(), .. Scalar()];
            var recovery = _random.Number(2);
            var found = _managed.TryRecover(digest, signature, recovery, left);
            Assert.True(_native.TryRecover(digest, signature, recovery, right) == found, _random.ToString());
            Same(left, right);

            // The recovered key makes the signature verify, unless S is high.
            _managed.GetPublicKey(Scalar(), recovered);
            var asked = found && _random.Number(4) > 0 ? left : recovered;
            var valid = _managed.Verify(asked, digest, signature);
            Assert.True(_native.Verify(asked, digest, signature) == valid, _random.ToString());
            outcomes.Add((found, valid));
        }

        Assert.True(outcomes.Count >= 3, $"{_random}: only {string.Join(' ', outcomes)}");
    }

    [Fact]
    public void SharedPoints_RandomAndEdgeKeys_AreTheSame()
    {
        byte[] peer = new byte[65], left = new byte[65], right = new byte[65];
        for (var i = 0; i < 200; i++)
        {
            var key = Scalar();
            _managed.GetPublicKey(Scalar(), peer);
            _managed.SharedPoint(key, peer, left);
            _native.SharedPoint(key, peer, right);
            Same(left, right);
        }
    }

    [Fact]
    public void KeyChecks_RandomBytes_AreTheSame()
    {
        var key = new byte[65];
        for (var i = 0; i < 500; i++)
        {
            _managed.GetPublicKey(Scalar(), key);
            if (_random.Number(2) == 0)
                key[_random.Number(65)] ^= (byte)(1 << _random.Number(8));
            Assert.True(_native.IsValidPublicKey(key) == _managed.IsValidPublicKey(key), $"{_random}: {Vectors.Hex(key)}");
        }
    }

    [Fact]
    public void Aes_RandomInput_IsTheSameAndCrosses()
    {
        for (var i = 0; i < 200; i++)
        {
            byte[] key = _random.Bytes(32), nonce = _random.Bytes(12), iv = _random.Bytes(16);
            byte[] plaintext = _random.Bytes(_random.Number(300)), aad = _random.Bytes(_random.Number(100));
            byte[] left = new byte[plaintext.Length + 16], right = new byte[plaintext.Length + 16], back = new byte[plaintext.Length];
            _managed.EncryptAesGcm(key, nonce, plaintext, aad, left);
            _native.EncryptAesGcm(key, nonce, plaintext, aad, right);
            Same(left, right);
            Assert.True(_native.TryDecryptAesGcm(key, nonce, left, aad, back), _random.ToString());
            Same(plaintext, back);
            Assert.True(_managed.TryDecryptAesGcm(key, nonce, left, aad, back), _random.ToString());
            Same(plaintext, back);

            var cbc = _managed.EncryptAesCbc(key, iv, plaintext);
            Same(cbc, _native.EncryptAesCbc(key, iv, plaintext));
            Same(plaintext, _native.TryDecryptAesCbc(key, iv, cbc));
            Same(plaintext, _managed.TryDecryptAesCbc(key, iv, cbc));
            cbc[^(1 + _random.Number(16))] ^= 1;
            Same(_managed.TryDecryptAesCbc(key, iv, cbc) ?? [0xaa], _native.TryDecryptAesCbc(key, iv, cbc) ?? [0xaa]);
        }
    }
}
