using System.Net;
using Microsoft.Extensions.Primitives;

namespace Xmtp.Node.Calls;

/// <summary>
/// Tells the client's address. <c>X-Forwarded-For</c> counts only when a trusted proxy sent it, and then only down to
/// the last entry that such a proxy wrote: what stands left of it, the client may have made up.
/// </summary>
/// <param name="trustedProxies">Networks whose header is believed.</param>
internal sealed class ClientAddressReader(IReadOnlyList<IPNetwork> trustedProxies)
{
    private const string ForwardedFor = "X-Forwarded-For";
    private const int HopsMax = 16;

    /// <summary>The client of a request.</summary>
    public ClientAddress Read(HttpContext context)
    {
        var peer = context.Connection.RemoteIpAddress;
        if (peer is null) return default;
        var forwarded = context.Request.Headers[ForwardedFor];
        if (forwarded.Count == 0) return new ClientAddress(peer, IPAddress.IsLoopback(peer));

        // Behind a proxy nobody is local: a reverse proxy on this machine, of which the operator forgot to tell, must
        // not make the whole world exempt from limits.
        return new ClientAddress(IsTrusted(peer) ? ReadForwarded(forwarded, peer) : peer, IsLocal: false);
    }

    private IPAddress ReadForwarded(StringValues header, IPAddress peer)
    {
        var client = peer;
        var hops = 0;
        for (var line = header.Count - 1; line >= 0; line--)
        {
            var rest = header[line].AsSpan();
            while (!rest.IsEmpty)
            {
                var comma = rest.LastIndexOf(',');
                var entry = rest[(comma + 1)..].Trim();
                rest = comma < 0 ? default : rest[..comma];
                if (!TryParse(entry, out var address)) return client;
                client = address;
                if (!IsTrusted(client) || ++hops == HopsMax) return client;
            }
        }

        return client;
    }

    private bool IsTrusted(IPAddress address)
    {
        if (trustedProxies.Count == 0) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var network in trustedProxies)
        {
            if (network.Contains(address)) return true;
        }

        return false;
    }

    private static bool TryParse(ReadOnlySpan<char> text, out IPAddress address)
    {
        // Some proxies add the port: 192.0.2.1:4711 or [2001:db8::1]:4711.
        if (IPAddress.TryParse(text, out var plain))
        {
            address = plain;
            return true;
        }

        var parsed = IPEndPoint.TryParse(text, out var endPoint);
        address = parsed ? endPoint!.Address : IPAddress.None;
        return parsed;
    }
}
