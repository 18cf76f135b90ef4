using Xmtp.Cli.Commands;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Inspection;

/// <summary>An argument that is either the name of something, or the thing itself as text, there or on standard input.</summary>
/// <param name="Value">The text.</param>
/// <param name="IsOffline">Whether it is the thing itself.</param>
internal sealed record OfflineText(string Value, bool IsOffline)
{
    private const string StandardInput = "-";

    // A record has at most 1 KiB, in base64 half as much again, and there may be line breaks.
    private const int LengthMaxChars = 8192;

    /// <summary>Reads it.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="lengthMin">From how many characters on it is the thing itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<OfflineText> ReadAsync(string argument, int lengthMin, CancellationToken cancellationToken)
    {
        if (argument != StandardInput) return new OfflineText(argument, argument.Length >= lengthMin);
        var input = new char[LengthMaxChars + 1];
        var length = await CommandRunner.RunBlockingAsync(() => Console.In.ReadBlock(input), cancellationToken);
        return length <= LengthMaxChars
            ? new OfflineText(string.Concat(new string(input, 0, length).Split()), true)
            : throw Malformed($"There are more than {LengthMaxChars} characters on standard input.");
    }

    /// <summary>The bytes behind hex digits.</summary>
    public byte[] FromHex()
    {
        try
        {
            return Convert.FromHexString(Value);
        }
        catch (FormatException)
        {
            throw Malformed("These are no hex digits.");
        }
    }

    /// <summary>The bytes behind base64.</summary>
    public byte[] FromBase64()
    {
        try
        {
            return Convert.FromBase64String(Value);
        }
        catch (FormatException)
        {
            throw Malformed("This is no base64.");
        }
    }

    private static InspectException Malformed(string what) => new(ErrorCatalogue.MalformedData, what, "Give the bytes as `xmtp node inspect --json` prints them.");
}
