using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Xmtp.Node.Calls;

/// <summary>Who calls, as far as the network tells.</summary>
/// <param name="Address">The client, or the nearest proxy that nobody vouches for; null when the transport has no address.</param>
/// <param name="IsLocal">Whether the client is on this machine, and not behind a proxy on it.</param>
internal readonly record struct ClientAddress(IPAddress? Address, bool IsLocal)
{
    private const string Unknown = "ip_unknown";

    /// <summary>
    /// Whose rate limit counts: an IPv4 address, or the /64 network of an IPv6 address, since one customer has at least that
    /// many addresses to choose from.
    /// </summary>
    public string LimitKey => Plain switch
    {
        null => Unknown,
        { AddressFamily: AddressFamily.InterNetworkV6 } address => $"{Network(address)}/64",
        var address => address.ToString(),
    };

    private IPAddress? Plain => Address is { IsIPv4MappedToIPv6: true } ? Address.MapToIPv4() : Address;

    /// <summary>Address and port, an IPv4 address always in its own form.</summary>
    public static string Format(IPEndPoint endPoint) =>
        new IPEndPoint(endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address, endPoint.Port).ToString();

    /// <inheritdoc/>
    public override string ToString() => Plain?.ToString() ?? Unknown;

    private static IPAddress Network(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], 0);
        return new IPAddress(bytes);
    }
}
