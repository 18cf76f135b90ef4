using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Xmtp.Node.Core.Membership;

/// <summary>Addresses as they stand in records and options.</summary>
public static class EndpointText
{
    /// <summary>Whether this is <c>host:port</c>, with an IPv6 address in brackets.</summary>
    /// <param name="text">The text.</param>
    public static bool IsHostPort(string text) => TrySplit(text, out _);

    /// <summary>The host of <c>host:port</c>, without brackets.</summary>
    /// <param name="text">The text.</param>
    /// <param name="host">The host.</param>
    public static bool TrySplit(string text, [NotNullWhen(true)] out string? host)
    {
        host = null;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !IsShortAscii(text)) return false;
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0) return false;
        var name = text[..colon];
        var isBracketed = name.StartsWith('[') && name.EndsWith(']');
        var bare = isBracketed ? name[1..^1] : name;
        var kind = Uri.CheckHostName(bare);
        if (kind == UriHostNameType.Unknown || isBracketed != (kind == UriHostNameType.IPv6)) return false;
        host = bare;
        return true;
    }

    /// <summary>Whether this is an absolute http or https address without user, query or fragment.</summary>
    public static bool IsHttp(string text) =>
        IsShortAscii(text)
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0;

    /// <summary>Whether a text can stand in a log line as it is: printable ASCII, not too long.</summary>
    public static bool IsLabel(string text) => text.Length <= MeshLimits.LabelLengthMaxChars && IsPrintable(text);

    /// <summary>Makes a text from outside fit for a log line.</summary>
    public static string ToPrintable(string text)
    {
        var cut = text.Length <= MeshLimits.ReasonLengthMaxChars ? text : text[..MeshLimits.ReasonLengthMaxChars];
        return IsPrintable(cut) ? cut : string.Create(cut.Length, cut, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
        });
    }

    private static bool IsShortAscii(string text) =>
        text.Length is > 0 and <= MeshLimits.AddressLengthMaxChars && !text.Contains(' ', StringComparison.Ordinal) && IsPrintable(text);

    private static bool IsPrintable(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
