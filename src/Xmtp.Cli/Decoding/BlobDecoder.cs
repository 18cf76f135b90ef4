using Xmtp.Cli.Inspection;
using Xmtp.Cli.Output;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Decoding;

/// <summary>Says what some input is.</summary>
internal static class BlobDecoder
{
    /// <summary>Finds the one kind that the input is.</summary>
    /// <param name="input">Text, hex, base64 or bytes.</param>
    /// <param name="kind">Which; null to find out.</param>
    /// <returns>What it is, and its bytes.</returns>
    /// <exception cref="InspectException">It is no kind, or may be several.</exception>
    public static (DecodeOutput Output, byte[] Bytes) Decode(ReadOnlySpan<byte> input, string? kind)
    {
        var readings = BlobInput.Readings(input);
        if (kind is not null)
        {
            var read = BlobKinds.All[kind];
            foreach (var strict in new[] { true, false })
            {
                foreach (var bytes in readings)
                {
                    if (read(bytes, strict) is { } output) return (output, bytes);
                }
            }

            throw Nothing($"This is no {kind}.", "Leave out --as to find out what it is.");
        }

        var found = readings.SelectMany(static bytes => BlobKinds.Recognise(bytes).Select(output => (output, bytes))).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw Nothing("This is nothing of XMTP that can be told by its bytes alone.", "If you know what it is, --as says so. Base64, hex, topics, tokens, JSON and plain bytes are understood."),
            _ => throw Nothing($"This may be several things: {string.Join(", ", found.Select(static match => match.output.Kind))}.", "Say which with --as."),
        };
    }

    private static InspectException Nothing(string what, string advice) => new(ErrorCatalogue.MalformedData, what, advice);
}
