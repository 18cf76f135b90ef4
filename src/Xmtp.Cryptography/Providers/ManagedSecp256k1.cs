using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;
using Org.BouncyCastle.Utilities;
using ECCurve = Org.BouncyCastle.Math.EC.ECCurve;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace Xmtp.Cryptography;

/// <summary>ECDSA and point arithmetic (SEC 1) on BouncyCastle's field arithmetic. Callers have checked lengths and scalars.</summary>
internal static class ManagedSecp256k1
{
    // The custom curve has its own field arithmetic and an endomorphism, several times faster than the general one.
    private static readonly Org.BouncyCastle.Asn1.X9.X9ECParameters Domain = CustomNamedCurves.GetByName("secp256k1");
    private static readonly ECCurve Curve = Domain.Curve;
    private static readonly ECPoint G = Domain.G;
    private static readonly BigInteger N = Domain.N;
    private static readonly BigInteger HalfN = N.ShiftRight(1);

    // Keeps a table of multiples of G, and reads all of it whatever the scalar is.
    private static readonly FixedPointCombMultiplier BaseMultiplier = new();

    /// <summary>The point of an uncompressed encoding, null unless it starts with 0x04 and lies on the curve.</summary>
    public static ECPoint? TryDecodePoint(ReadOnlySpan<byte> publicKey)
    {
        if (publicKey[0] != 0x04)
            return null;
        var x = Number(publicKey[1..33]);
        var y = Number(publicKey[33..]);
        if (!Curve.IsValidFieldElement(x) || !Curve.IsValidFieldElement(y))
            return null;
        var point = Curve.CreatePoint(x, y);
        return point.IsValid() ? point : null;
    }

    /// <summary>Private key times G, in affine form.</summary>
    public static ECPoint MultiplyBase(ReadOnlySpan<byte> privateKey) => BaseMultiplier.Multiply(G, Number(privateKey)).Normalize();

    /// <summary>Private key times a point, in affine form.</summary>
    public static ECPoint Multiply(ECPoint point, ReadOnlySpan<byte> privateKey) => point.Multiply(Number(privateKey)).Normalize();

    /// <summary>Writes R || S with low S and returns the recovery id.</summary>
    public static int Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        Span<byte> reduced = stackalloc byte[Scalar.Length];
        Span<byte> nonce = stackalloc byte[Scalar.Length];
        Scalar.Reduce(digest, reduced);
        var d = Number(privateKey);
        var e = Number(reduced);
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                DeterministicNonce.Derive(privateKey, reduced, attempt, nonce);
                var k = Number(nonce);
                var point = BaseMultiplier.Multiply(G, k).Normalize();
                var x = point.AffineXCoord.ToBigInteger();
                var s = BigIntegers.ModOddInverse(N, k).Multiply(e.Add(d.Multiply(x))).Mod(N);

                // An x of n or more would need recovery id 2 or 3, which XMTP has no place for. Like r = 0 and s = 0, it
                // has never been seen and never will be; the next nonce is as good.
                if (x.SignValue == 0 || x.CompareTo(N) >= 0 || s.SignValue == 0)
                    continue;
                var recovery = point.AffineYCoord.TestBitZero() ? 1 : 0;
                if (s.CompareTo(HalfN) > 0)
                {
                    s = N.Subtract(s);
                    recovery ^= 1;
                }

                BigIntegers.AsUnsignedByteArray(x, signature[..Scalar.Length]);
                BigIntegers.AsUnsignedByteArray(s, signature[Scalar.Length..]);
                return recovery;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(nonce);
        }
    }

    /// <summary>SEC 1, 4.1.4, and S must be low.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        if (!TryReadSignature(signature, out var r, out var s) || s.CompareTo(HalfN) > 0)
            return false;
        if (TryDecodePoint(publicKey) is not { } point)
            return false;
        var inverse = BigIntegers.ModOddInverseVar(N, s);
        var u1 = Number(digest).Multiply(inverse).Mod(N);
        var u2 = r.Multiply(inverse).Mod(N);
        var sum = ECAlgorithms.SumOfTwoMultiplies(G, u1, point, u2).Normalize();
        return !sum.IsInfinity && sum.AffineXCoord.ToBigInteger().Mod(N).Equals(r);
    }

    /// <summary>SEC 1, 4.1.6, for recovery ids 0 and 1; null when no key could have made this signature.</summary>
    public static ECPoint? TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int recovery)
    {
        if (!TryReadSignature(signature, out var r, out var s))
            return null;
        var x = Curve.FromBigInteger(r);
        var y = x.Square().Multiply(x).Add(Curve.B).Sqrt();
        if (y is null)
            return null;
        if (y.TestBitZero() != (recovery == 1))
            y = y.Negate();
        var point = Curve.CreatePoint(r, y.ToBigInteger());
        var inverse = BigIntegers.ModOddInverseVar(N, r);
        var u1 = Number(digest).Multiply(inverse).Negate().Mod(N);
        var u2 = s.Multiply(inverse).Mod(N);
        var signer = ECAlgorithms.SumOfTwoMultiplies(G, u1, point, u2).Normalize();
        return signer.IsInfinity ? null : signer;
    }

    private static bool TryReadSignature(ReadOnlySpan<byte> signature, out BigInteger r, out BigInteger s)
    {
        r = Number(signature[..Scalar.Length]);
        s = Number(signature[Scalar.Length..]);
        return Scalar.IsInRange(signature[..Scalar.Length]) && Scalar.IsInRange(signature[Scalar.Length..]);
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(1, bytes);
}
