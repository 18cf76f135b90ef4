using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Xmtp.Cli.Inspection;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Decoding;

/// <summary>Input that may be text, hex, base64 or the bytes themselves.</summary>
internal static class BlobInput
{
    /// <summary>Longest input, in bytes: a message in hex, with room.</summary>
    public const int LengthMaxBytes = 4 << 20;

    private const string BearerScheme = "Bearer ";
    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Reads a file or standard input.</summary>
    /// <exception cref="InspectException">There is too much, or it cannot be read.</exception>
    public static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var input = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(cancellationToken) is > 0 and var length)
        {
            if (input.Length + length > LengthMaxBytes)
                throw new InspectException(ErrorCatalogue.ContentTooLarge, $"There are more than {LengthMaxBytes} bytes.", "Nothing that XMTP makes is so long; give one blob.");
            input.Write(buffer, 0, length);
        }

        return input.ToArray();
    }

    /// <summary>All that the input can stand for, without repeats.</summary>
    public static IReadOnlyList<byte[]> Readings(ReadOnlySpan<byte> input)
    {
        var readings = new List<byte[]>();
        void Add(byte[]? bytes)
        {
            if (bytes is { Length: > 0 } && !readings.Exists(known => known.AsSpan().SequenceEqual(bytes))) readings.Add(bytes);
        }

        Add(input.ToArray());
        if (!Ascii.IsValid(input)) return readings;
        var text = Encoding.ASCII.GetString(input).Trim();
        Add(Encoding.ASCII.GetBytes(text));
        if (text.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase)) text = text[BearerScheme.Length..];
        var joined = string.Concat(text.Split());
        var digits = joined.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? joined[2..] : joined;
        if (digits.Length % 2 == 0 && !digits.AsSpan().ContainsAnyExcept(s_hex)) Add(Convert.FromHexString(digits));
        Add(FromBase64(joined));
        return readings;
    }

    private static byte[]? FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        if (Convert.TryFromBase64String(text, bytes, out var length)) return bytes[..length];
        return Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
    }
}
