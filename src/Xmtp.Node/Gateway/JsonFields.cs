using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Gateway;

/// <summary>
/// Reads single values the way the protobuf JSON mapping allows them on input: numbers as strings or numbers, bytes in
/// either base64 alphabet with or without padding, enums by name or number, <c>null</c> as the default.
/// </summary>
internal static class JsonFields
{
    /// <summary>A 64-bit number; <c>null</c> is 0.</summary>
    public static ulong ReadUInt64(ref Utf8JsonReader json, string field)
    {
        if (json.TokenType == JsonTokenType.Number && json.TryGetUInt64(out var number)) return number;
        if (json.TokenType == JsonTokenType.Null) return 0;
        // 1e3 and 5.0 are whole numbers too, and so is "17".
        if (json.TokenType is JsonTokenType.Number or JsonTokenType.String && ShortText(ref json) is { } text &&
            decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) &&
            value >= 0 && value <= ulong.MaxValue && decimal.Truncate(value) == value)
            return (ulong)value;
        throw Wrong(ref json, field, "a whole number from 0 to 18446744073709551615");
    }

    /// <summary>A 32-bit number; <c>null</c> is 0.</summary>
    public static uint ReadUInt32(ref Utf8JsonReader json, string field)
    {
        var value = ReadUInt64(ref json, field);
        return value <= uint.MaxValue ? (uint)value : throw Wrong(ref json, field, "a whole number from 0 to 4294967295");
    }

    /// <summary>A text; <c>null</c> is the empty text.</summary>
    public static string ReadString(ref Utf8JsonReader json, string field)
    {
        if (json.TokenType == JsonTokenType.Null) return string.Empty;
        if (json.TokenType != JsonTokenType.String) throw Wrong(ref json, field, "a string");
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong(ref json, field, "a string of valid Unicode");
        }
    }

    /// <summary>Bytes, from base64 of either alphabet, padded or not; <c>null</c> is none.</summary>
    public static ByteString ReadBytes(ref Utf8JsonReader json, string field)
    {
        if (json.TokenType == JsonTokenType.Null) return ByteString.Empty;
        if (json.TokenType != JsonTokenType.String) throw Wrong(ref json, field, "a base64 string");
        if (!json.HasValueSequence && !json.ValueIsEscaped) return Decode(ref json, json.ValueSpan, field);

        // Rare: the text crosses buffers of the connection, or a character was written as an escape ("\/").
        var length = json.HasValueSequence ? checked((int)json.ValueSequence.Length) : json.ValueSpan.Length;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return Decode(ref json, rented.AsSpan(0, json.CopyString(rented)), field);
        }
        catch (InvalidOperationException)
        {
            throw Wrong(ref json, field, "a base64 string");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Says what a member should have been, with its place in the body.</summary>
    public static XmtpException Wrong(ref Utf8JsonReader json, string field, string expected) => new(
        ErrorCatalogue.MalformedRequest,
        $"{field} must be {expected}, not {Describe(json.TokenType)} (byte {json.TokenStartIndex} of the body)");

    /// <summary>The text of a number, name or string of at most 64 bytes; null when it is longer than any of them can be.</summary>
    public static string? ShortText(ref Utf8JsonReader json)
    {
        var length = json.HasValueSequence ? json.ValueSequence.Length : json.ValueSpan.Length;
        if (length > 64) return null;
        Span<byte> bytes = stackalloc byte[64];
        if (json.TokenType == JsonTokenType.String)
        {
            try
            {
                length = json.CopyString(bytes);
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }
        else if (json.HasValueSequence)
        {
            json.ValueSequence.CopyTo(bytes);
        }
        else
        {
            json.ValueSpan.CopyTo(bytes);
        }

        return System.Text.Encoding.UTF8.GetString(bytes[..(int)length]);
    }

    private static ByteString Decode(ref Utf8JsonReader json, ReadOnlySpan<byte> text, string field)
    {
        var core = text.TrimEnd((byte)'=');
        var padding = text.Length - core.Length;
        // Padding is left out, or fills the last group of four.
        if (padding > 2 || (padding > 0 && text.Length % 4 != 0) || core.Length % 4 == 1) throw Wrong(ref json, field, "valid base64");
        if (core.IsEmpty) return ByteString.Empty;

        var bytes = GC.AllocateUninitializedArray<byte>((int)(core.Length * 3L / 4));
        var isUrlSafe = core.IndexOfAny((byte)'-', (byte)'_') >= 0;
        if (!(isUrlSafe ? TryDecodeUrlSafe(core, bytes) : TryDecodeStandard(core, bytes))) throw Wrong(ref json, field, "valid base64");
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static bool TryDecodeUrlSafe(ReadOnlySpan<byte> core, Span<byte> bytes) =>
        Base64Url.DecodeFromUtf8(core, bytes, out _, out var written) == OperationStatus.Done && written == bytes.Length;

    private static bool TryDecodeStandard(ReadOnlySpan<byte> core, Span<byte> bytes)
    {
        var whole = core.Length & ~3;
        // Whole groups go straight through; the decoder skips white space, which the length check below refuses.
        if (Base64.DecodeFromUtf8(core[..whole], bytes, out _, out var written, isFinalBlock: whole == core.Length) != OperationStatus.Done) return false;
        if (whole == core.Length) return written == bytes.Length;

        Span<byte> last = [(byte)'=', (byte)'=', (byte)'=', (byte)'='];
        core[whole..].CopyTo(last);
        Span<byte> tail = stackalloc byte[3];
        if (Base64.DecodeFromUtf8(last, tail, out _, out var tailLength) != OperationStatus.Done || written + tailLength != bytes.Length) return false;
        tail[..tailLength].CopyTo(bytes[written..]);
        return true;
    }

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "that string",
        JsonTokenType.Number => "that number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };
}
