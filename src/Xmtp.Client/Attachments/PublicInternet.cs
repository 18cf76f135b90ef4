using System.Net;
using System.Net.Sockets;

namespace Xmtp.Client.Attachments;

/// <summary>Connections that lead to the public internet only: a stranger's address must not reach what this machine alone can reach.</summary>
public static class PublicInternet
{
    /// <summary>
    /// A handler for addresses that strangers chose: it looks a name up, connects to public addresses only, follows no redirect, keeps
    /// no cookie and uses no proxy. What it refuses fails with <see cref="HttpRequestException"/>.
    /// </summary>
    /// <param name="allowPrivateAddresses">Whether all addresses are allowed, as in tests and inside a company.</param>
    /// <returns>The caller's to dispose.</returns>
    public static HttpMessageHandler CreateHandler(bool allowPrivateAddresses)
    {
        // A page in a browser reaches nothing that the browser does not let it.
        if (OperatingSystem.IsBrowser()) return new HttpClientHandler();
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(15) };
        if (!allowPrivateAddresses) handler.ConnectCallback = ConnectAsync;
        return handler;
    }

    /// <summary>Whether an address is one that the public internet routes.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal) return false;
        var bytes = address.GetAddressBytes();

        // Of IPv6 only 2000::/3 is given out, and inside it the ways that carry IPv4 addresses.
        if (address.AddressFamily == AddressFamily.InterNetworkV6) return (bytes[0] & 0xE0) == 0x20 && !(bytes[0] == 0x20 && bytes[1] == 0x02) && !(bytes is [0x20, 0x01, 0, 0, ..]);
        return bytes switch
        {
            [0, ..] or [10, ..] or [127, ..] => false,
            [100, >= 64 and <= 127, ..] => false,
            [169, 254, ..] => false,
            [172, >= 16 and <= 31, ..] => false,
            [192, 0, 0 or 2, _] or [192, 168, ..] => false,
            [198, 18 or 19, ..] or [198, 51, 100, _] or [203, 0, 113, _] => false,
            [>= 224, ..] => false,
            _ => true,
        };
    }

    // Looked up and checked here, and connected to what was checked: a name must not change its mind in between.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false);
        var allowed = Array.FindAll(addresses, IsPublic);
        if (allowed.Length == 0) throw new HttpRequestException("the address is not on the public internet");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
