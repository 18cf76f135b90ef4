using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cryptography;

/// <summary>
/// An Ethereum account: the last 20 bytes of the Keccak-256 hash of its public key. Its text form is the checksummed
/// one of EIP-55, 42 characters, which XMTP uses in topics, tokens and derivations.
/// </summary>
public readonly record struct EthereumAddress : ISpanParsable<EthereumAddress>, ISpanFormattable
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 20;

    /// <summary>Length of the text form, <c>0x</c> included.</summary>
    public const int TextLength = 42;

    private readonly ulong _first;
    private readonly ulong _middle;
    private readonly uint _last;

    /// <summary>Takes the 20 bytes of an address.</summary>
    /// <exception cref="XmtpException">AddressInvalid: another length.</exception>
    public EthereumAddress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new XmtpException(ErrorCatalogue.AddressInvalid, $"an address has {Length} bytes, not {bytes.Length}");
        _first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _middle = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _last = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    /// <summary>The account a public key belongs to.</summary>
    /// <param name="publicKey">65 bytes, uncompressed; whether the point is on the curve is not checked here.</param>
    /// <exception cref="ArgumentException">Not 65 bytes that start with 0x04.</exception>
    public static EthereumAddress FromPublicKey(ReadOnlySpan<byte> publicKey)
    {
        Require.Length(publicKey, CryptoProvider.PublicKeyLength);
        if (publicKey[0] != 0x04)
            throw Require.InvalidPublicKey(nameof(publicKey));
        Span<byte> hash = stackalloc byte[Keccak256.Length];
        Keccak256.Hash(publicKey[1..], hash);
        return new EthereumAddress(hash[^Length..]);
    }

    /// <summary>
    /// Reads <c>0x</c> and 40 hex digits, all lower case or with a right EIP-55 checksum. A wrong checksum is refused,
    /// because it nearly always is a mistyped address; an all-upper-case body is one too.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EthereumAddress address) => TryParse(text.AsSpan(), out address);

    /// <inheritdoc cref="TryParse(string?, out EthereumAddress)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out EthereumAddress address)
    {
        address = default;
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length != TextLength || text is not ['0', 'x', .. var digits] ||
            Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        var parsed = new EthereumAddress(bytes);
        if (digits.ContainsAnyInRange('A', 'F'))
        {
            Span<char> checksummed = stackalloc char[TextLength];
            parsed.WriteText(checksummed);
            if (!checksummed.SequenceEqual(text))
                return false;
        }

        address = parsed;
        return true;
    }

    /// <summary>Reads an address as <see cref="TryParse(string?, out EthereumAddress)"/> does.</summary>
    /// <exception cref="XmtpException">AddressInvalid: not an address, or its checksum is wrong.</exception>
    public static EthereumAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(text.AsSpan(), null);
    }

    /// <inheritdoc cref="Parse(string)"/>
    public static EthereumAddress Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc cref="Parse(string)"/>
    public static EthereumAddress Parse(ReadOnlySpan<char> s, IFormatProvider? provider)
    {
        if (TryParse(s, out var address))
            return address;
        var shown = s.Length <= TextLength * 2 ? $"\"{s}\"" : $"a text of {s.Length} characters";
        throw new XmtpException(ErrorCatalogue.AddressInvalid, $"{shown} is not an address or has a wrong checksum");
    }

    /// <inheritdoc cref="TryParse(string?, out EthereumAddress)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out EthereumAddress result) => TryParse(s.AsSpan(), out result);

    /// <inheritdoc cref="TryParse(string?, out EthereumAddress)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out EthereumAddress result) => TryParse(s, out result);

    /// <summary>
    /// Orders two addresses by the code units of their checksummed texts (digits, then A-F, then a-f), as the topic of a
    /// V1 conversation and the roles of a V2 key agreement need it. It differs from the order of the bytes.
    /// </summary>
    public static int CompareOrdinal(EthereumAddress left, EthereumAddress right)
    {
        Span<char> leftText = stackalloc char[TextLength];
        Span<char> rightText = stackalloc char[TextLength];
        left.WriteText(leftText);
        right.WriteText(rightText);
        return leftText.SequenceCompareTo(rightText);
    }

    /// <summary>Writes the 20 bytes.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than 20 bytes.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < Length)
            throw new ArgumentException($"the destination has {destination.Length} bytes; an address needs {Length}", nameof(destination));
        BinaryPrimitives.WriteUInt64BigEndian(destination, _first);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _middle);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], _last);
    }

    /// <summary>The 20 bytes, as a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The checksummed text (EIP-55), 42 characters.</summary>
    public override string ToString() => string.Create(TextLength, this, static (text, address) => address.WriteText(text));

    /// <inheritdoc cref="ToString()"/>
    /// <param name="format">Ignored: there is one text form.</param>
    /// <param name="formatProvider">Ignored.</param>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        if (destination.Length < TextLength)
        {
            charsWritten = 0;
            return false;
        }

        WriteText(destination[..TextLength]);
        charsWritten = TextLength;
        return true;
    }

    private void WriteText(Span<char> text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        text[0] = '0';
        text[1] = 'x';
        var digits = text[2..];
        Convert.TryToHexStringLower(bytes, digits, out _);

        // A letter is a capital where the hash of the lower-case digits has 8 or more in the same place.
        Span<byte> ascii = stackalloc byte[Length * 2];
        System.Text.Ascii.FromUtf16(digits, ascii, out _);
        Span<byte> hash = stackalloc byte[Keccak256.Length];
        Keccak256.Hash(ascii, hash);
        for (var i = 0; i < digits.Length; i++)
        {
            var nibble = (i & 1) == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 0x0f;
            if (nibble >= 8 && digits[i] >= 'a')
                digits[i] -= (char)('a' - 'A');
        }
    }
}
