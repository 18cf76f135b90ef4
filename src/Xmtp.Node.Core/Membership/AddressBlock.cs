using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Xmtp.Node.Core.Membership;

/// <summary>The part of the address space that one party is likely to own: /24 of IPv4, /48 of IPv6, or a host name.</summary>
internal static class AddressBlock
{
    /// <summary>The block of a <c>host:port</c>; null where blocks mean nothing: loopback, private ranges, names of a local network.</summary>
    public static string? Of(string hostPort)
    {
        if (!EndpointText.TrySplit(hostPort, out var host)) return null;
        if (!IPAddress.TryParse(host, out var address)) return OfName(host);
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address)) return null;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        bytes = bytes[..length];
        return address.AddressFamily == AddressFamily.InterNetwork ? OfIPv4(bytes) : OfIPv6(address, bytes);
    }

    private static string? OfIPv4(ReadOnlySpan<byte> bytes)
    {
        var isPrivate = bytes[0] is 0 or 10
            || (bytes[0] == 100 && (bytes[1] & 0xC0) == 64)
            || (bytes[0] == 169 && bytes[1] == 254)
            || (bytes[0] == 172 && (bytes[1] & 0xF0) == 16)
            || (bytes[0] == 192 && bytes[1] == 168);
        return isPrivate ? null : string.Create(CultureInfo.InvariantCulture, $"{bytes[0]}.{bytes[1]}.{bytes[2]}.0/24");
    }

    private static string? OfIPv6(IPAddress address, ReadOnlySpan<byte> bytes) =>
        address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal || address.Equals(IPAddress.IPv6Any)
            ? null
            : $"{Convert.ToHexStringLower(bytes[..6])}/48";

    private static string? OfName(string host)
    {
        var isLocal = !host.Contains('.', StringComparison.Ordinal)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".local", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".internal", StringComparison.OrdinalIgnoreCase);
        return isLocal ? null : host.ToUpperInvariant();
    }
}
