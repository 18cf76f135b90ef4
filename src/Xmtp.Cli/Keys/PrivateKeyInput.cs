using Xmtp.Cli.Output;
using Xmtp.Identity;

namespace Xmtp.Cli.Keys;

/// <summary>A wallet's private key on standard input.</summary>
internal static class PrivateKeyInput
{
    // Room for the digits, 0x, and white space around them.
    private const int CharactersMax = 256;

    /// <summary>Reads a key of 64 hex digits, with or without 0x.</summary>
    /// <returns>Its wallet; null when there is something else, or a number that is no key.</returns>
    public static PrivateKeyWallet? Read()
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

    private static PrivateKeyWallet? Parse(ReadOnlySpan<char> text) => PrivateKeyWallet.TryParse(text, out var wallet) ? wallet : null;
}
