using Xmtp.Cryptography;

namespace Xmtp.Inbox.Conversations;

/// <summary>How accounts are shown, and read from what people paste.</summary>
public static class Peers
{
    private const string LinkMark = "#/to/";

    /// <summary>Beginning and end of an address.</summary>
    public static string Brief(EthereumAddress address)
    {
        var text = address.ToString();
        return $"{text[..6]}…{text[^4..]}";
    }

    /// <summary>The link that opens a conversation with an account.</summary>
    public static string Link(string baseAddress, EthereumAddress address) => $"{baseAddress}{LinkMark}{address}";

    /// <summary>Finds an address in what was typed, pasted or scanned: itself, a link of this inbox, an EIP-681 code (<c>ethereum:0x…</c>).</summary>
    public static bool TryParse(string? text, out EthereumAddress address)
    {
        var start = text?.LastIndexOf("0x", StringComparison.OrdinalIgnoreCase) ?? -1;
        address = default;
        return start >= 0 && text!.Length >= start + 42 && EthereumAddress.TryParse(text[start..(start + 42)], out address)
            && (text.Length == start + 42 || !char.IsAsciiLetterOrDigit(text[start + 42]));
    }
}
