using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Xmtp.Cryptography;

/// <summary>What a wallet signs when it is shown a text: EIP-191, version 0x45 ("personal message").</summary>
public static class PersonalMessage
{
    private static ReadOnlySpan<byte> Prefix => "\u0019Ethereum Signed Message:\n"u8;

    /// <summary>The 32-byte digest a wallet signs for <paramref name="text"/>, taken as UTF-8.</summary>
    public static byte[] Digest(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Digest(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The 32-byte digest a wallet signs for a message of raw bytes.</summary>
    public static byte[] Digest(ReadOnlySpan<byte> message)
    {
        const int DecimalLengthMax = 10;
        var buffer = ArrayPool<byte>.Shared.Rent(Prefix.Length + DecimalLengthMax + message.Length);
        try
        {
            Prefix.CopyTo(buffer);
            Utf8Formatter.TryFormat(message.Length, buffer.AsSpan(Prefix.Length), out var digits);
            var header = Prefix.Length + digits;
            message.CopyTo(buffer.AsSpan(header));
            return Keccak256.Hash(buffer.AsSpan(0, header + message.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
