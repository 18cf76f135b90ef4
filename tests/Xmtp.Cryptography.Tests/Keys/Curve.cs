using System.Globalization;
using System.Numerics;

namespace Xmtp.Cryptography.Tests.Keys;

/// <summary>Numbers of secp256k1 that tests build their cases from.</summary>
internal static class Curve
{
    public static BigInteger P { get; } = BigInteger.Pow(2, 256) - BigInteger.Pow(2, 32) - 977;

    public static BigInteger N { get; } = Number("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

    /// <summary>The base point, uncompressed.</summary>
    public static byte[] G { get; } = Convert.FromHexString(
        "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");

    public static BigInteger Number(string hex) => BigInteger.Parse("0" + hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    public static byte[] Bytes(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    /// <summary>The same signature with the other S; its recovery id is the other one too.</summary>
    public static byte[] OtherS(ReadOnlySpan<byte> signature) => [.. signature[..32], .. Bytes(N - Number(signature[32..]))];
}
