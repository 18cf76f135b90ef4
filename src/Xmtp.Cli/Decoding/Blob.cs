using System.Globalization;
using Xmtp.Cli.Content;
using Xmtp.Cli.Inspection;
using Xmtp.Cli.Nodes;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Decoding;

/// <summary>What is being said of some bytes.</summary>
internal sealed class Blob(string kind, int length)
{
    private readonly Dictionary<string, string> _fields = [];

    public Verdicts Verdicts { get; } = new();

    public ContentForm? Content { get; set; }

    public DecodeOutput? Inner { get; set; }

    public Blob With(string name, string? value)
    {
        if (value is not null) _fields[name] = value;
        return this;
    }

    public Blob With(string name, ReadOnlySpan<byte> value) => With(name, Convert.ToHexStringLower(value));

    public Blob With(string name, long value) => With(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A time in nanoseconds since 1970.</summary>
    public Blob WithTime(string name, ulong timeNs) =>
        With($"{name}Ns", timeNs.ToString(CultureInfo.InvariantCulture)).With(name, timeNs <= long.MaxValue ? NodeTime.Iso((long)timeNs) : null);

    /// <summary>A time in milliseconds since 1970.</summary>
    public Blob WithTimeMs(string name, ulong timeMs) => timeMs <= long.MaxValue / 1_000_000 ? WithTime(name, timeMs * 1_000_000) : With($"{name}Ms", timeMs.ToString(CultureInfo.InvariantCulture));

    public DecodeOutput ToOutput() => new(kind, length, _fields, Content, Verdicts.All, Inner);
}
