using System.Buffers;
using Xmtp.Cli.Output;
using Xmtp.Cryptography;

namespace Xmtp.Cli.Keys;

/// <summary>A wallet's private key on standard input.</summary>
internal static class PrivateKeyInput
{
    // Room for the digits, 0x, and white space around them.
    private const int CharactersMax = 256;

    /// <summary>Reads a key of 64 hex digits, with or without 0x; null when there is something else, or no curve point for it.</summary>
    public static byte[]? Read()
    {
        if (!Console.IsInputRedirected) return Parse(Terminal.AskSecret("Private key (64 hex digits): "));
        var input = new char[CharactersMax];
        try
        {
            return Parse(input.AsSpan(0, Console.In.ReadBlock(input)));
        }
        finally
        {
            Array.Clear(input);
        }
    }

    private static byte[]? Parse(ReadOnlySpan<char> text)
    {
        var digits = text.Trim();
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
        var key = new byte[CryptoProvider.PrivateKeyLength];
        return digits.Length == 2 * key.Length && Convert.FromHexString(digits, key, out _, out _) == OperationStatus.Done &&
            CryptoProvider.Default.IsValidPrivateKey(key)
            ? key
            : null;
    }
}
