namespace Xmtp.Cryptography;

/// <summary>
/// Numbers modulo the order n of secp256k1 (SEC 2, 2.4.1), as 32 bytes big-endian. Comparisons take the same time
/// for every value, because private keys and nonces pass through here.
/// </summary>
internal static class Scalar
{
    public const int Length = 32;

    /// <summary>The order n.</summary>
    public static ReadOnlySpan<byte> Order =>
    [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
        0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
    ];

    /// <summary>Whether the number is in 1 … n-1.</summary>
    public static bool IsInRange(ReadOnlySpan<byte> scalar)
    {
        var any = 0;
        foreach (var value in scalar)
            any |= value;
        return (any != 0) & IsBelowOrder(scalar);
    }

    /// <summary>Writes <paramref name="number"/> mod n. Below 2^256, subtracting n once is enough.</summary>
    public static void Reduce(ReadOnlySpan<byte> number, Span<byte> reduced)
    {
        var keep = IsBelowOrder(number) ? 0 : 0xff;
        var borrow = 0;
        for (var i = Length - 1; i >= 0; i--)
        {
            var difference = number[i] - (Order[i] & keep) - borrow;
            reduced[i] = (byte)difference;
            borrow = (difference >> 8) & 1;
        }
    }

    private static bool IsBelowOrder(ReadOnlySpan<byte> number)
    {
        var borrow = 0;
        for (var i = Length - 1; i >= 0; i--)
            borrow = ((number[i] - Order[i] - borrow) >> 8) & 1;
        return borrow == 1;
    }
}
