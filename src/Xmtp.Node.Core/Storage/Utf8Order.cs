namespace Xmtp.Node.Core.Storage;

/// <summary>Order of texts by their UTF-8 bytes, which is the order of their code points.</summary>
internal static class Utf8Order
{
    public static int Compare(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length) return left.Length.CompareTo(right.Length);
        var (l, r) = (left[common], right[common]);
        // A surrogate stands for a code point above every other UTF-16 unit, U+E000 to U+FFFF included.
        var (highLeft, highRight) = (char.IsSurrogate(l), char.IsSurrogate(r));
        return highLeft == highRight ? l.CompareTo(r) : highLeft ? 1 : -1;
    }
}
