using System.Buffers;
using System.Globalization;
using System.Net;
using Xmtp.Cryptography;
using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Options;

/// <summary>Option values from and to text. Every <see cref="FormatException"/> says what would have been right.</summary>
internal static class OptionValues
{
    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789.");

    private const double RetentionMaxSeconds = 36_500d * 86_400;

    public static bool ParseSwitch(string text) => text.ToLowerInvariant() switch
    {
        "on" or "true" or "yes" or "1" => true,
        "off" or "false" or "no" or "0" => false,
        _ => throw new FormatException("must be on or off"),
    };

    public static int ParseNumber(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new FormatException($"must be a whole number from {Format(min)} to {Format(max)}");

    public static TimeSpan ParseDuration(string text)
    {
        var split = text.AsSpan().IndexOfAnyExcept(s_digits);
        var unit = split < 0 ? string.Empty : text[split..].Trim();
        double? seconds = unit switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, _ => null };
        return seconds is { } factor && double.TryParse(text.AsSpan(0, split), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count * factor <= 86_400
            ? TimeSpan.FromSeconds(count * factor)
            : throw new FormatException("must be a time of at most a day with its unit, for example 500ms, 30s, 2m or 1h");
    }

    /// <summary>The text that stands for no limit of time.</summary>
    public const string Forever = "forever";

    /// <summary>A time to keep something for; null for ever.</summary>
    public static TimeSpan? ParseRetention(string text)
    {
        if (text.Equals(Forever, StringComparison.OrdinalIgnoreCase)) return null;
        var split = text.AsSpan().IndexOfAnyExcept(s_digits);
        double? seconds = (split < 0 ? string.Empty : text[split..].Trim()) switch { "s" => 1, "m" => 60, "h" => 3600, "d" => 86_400, _ => null };
        return seconds is { } factor && double.TryParse(text.AsSpan(0, split), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count * factor is >= 1 and <= RetentionMaxSeconds
            ? TimeSpan.FromSeconds(count * factor)
            : throw new FormatException($"must be {Forever}, or a time from a second to a hundred years with its unit, for example 12h or 90d");
    }

    /// <summary>The same as text.</summary>
    public static string FormatRetention(TimeSpan? time) => time switch
    {
        null => Forever,
        { } whole when whole.TotalDays % 1 == 0 => $"{Format((int)whole.TotalDays)}d",
        { } whole when whole.TotalHours % 1 == 0 => $"{Format((int)whole.TotalHours)}h",
        { } other => $"{other.TotalSeconds.ToString(CultureInfo.InvariantCulture)}s",
    };

    public static IPNetwork ParseNetwork(string text)
    {
        if (IPNetwork.TryParse(text, out var network)) return network;
        if (IPAddress.TryParse(text, out var address)) return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        throw new FormatException($"must be IP addresses or networks such as 10.0.0.0/8; {text} is neither");
    }

    public static EthereumAddress ParseWallet(string text) => EthereumAddress.TryParse(text, out var wallet)
        ? wallet
        : throw new FormatException($"must be addresses, 0x and 40 hex digits, all lower case or with a right EIP-55 checksum; {text} is none");

    public static NodeId ParseNode(string text) => NodeId.TryParse(text, null, out var node)
        ? node
        : throw new FormatException($"must be node ids, 64 hex digits each; {text} is none");

    public static string Format(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Format(TimeSpan value) => value switch
    {
        { TotalSeconds: < 1 } => $"{value.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)}ms",
        _ => $"{value.TotalSeconds.ToString(CultureInfo.InvariantCulture)}s",
    };
}
