using System.Net;

namespace Xmtp.Client.Nodes;

/// <summary>Which of the addresses that a node tells about are used at all.</summary>
internal static class NodeAddresses
{
    private const int LengthMaxChars = 300;

    /// <summary>The good ones, at most so many as are kept.</summary>
    /// <param name="texts">What a node told.</param>
    /// <param name="teller">The node that told it.</param>
    /// <param name="onlyTls">Whether addresses without TLS are left out: who configured none must not come to one.</param>
    public static IReadOnlyList<Uri> Select(IEnumerable<string> texts, Uri teller, bool onlyTls) =>
        [.. texts.Select(text => Parse(text, teller, onlyTls)).OfType<Uri>().Distinct().Take(NodePool.LearntMax)];

    private static Uri? Parse(string text, Uri teller, bool onlyTls)
    {
        if (text.Length > LengthMaxChars || !Uri.TryCreate(text, UriKind.Absolute, out var address)) return null;
        var isTls = address.Scheme == Uri.UriSchemeHttps;
        if (!isTls && (onlyTls || address.Scheme != Uri.UriSchemeHttp)) return null;
        if (address.Host.Length == 0 || address.UserInfo.Length > 0 || address.PathAndQuery != "/" || address.Fragment.Length > 0) return null;

        // What listens on the client's own machine is no business of a node elsewhere.
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))) return null;
        return address.IsLoopback && !teller.IsLoopback ? null : address;
    }
}
