using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Network;
using Xmtp.Node.Lists;
using Xmtp.Node.Options;

namespace Xmtp.Node.Hosting;

/// <summary>Where this node says that it can be reached.</summary>
internal static class AdvertisedAddresses
{
    /// <summary>How the node takes part in its network.</summary>
    /// <param name="options">The node's options.</param>
    /// <param name="networkPort">The port it listens on for other nodes.</param>
    /// <param name="clients">The ports it listens on for clients.</param>
    /// <param name="lists">Who may join.</param>
    public static NetworkOptions Apply(NodeOptions options, int networkPort, NodeListeners clients, NodeLists lists)
    {
        var network = options.Network;
        var endpoint = network.Advertise is { } given && EndpointText.IsHostPort(given) ? given : $"{network.Advertise ?? Host(options.Listen)}:{networkPort}";
        var host = endpoint[..endpoint.LastIndexOf(':')];
        return new NetworkOptions
        {
            Network = network.Name,
            Bootstrap = network.Bootstrap,
            NodeEndpoint = endpoint,
            GrpcEndpoint = network.AdvertiseGrpc ?? $"http://{host}:{clients.GrpcPort}",
            GrpcWebEndpoint = network.AdvertiseGrpcWeb ?? $"http://{host}:{clients.GrpcWebPort}",
            HttpEndpoint = network.AdvertiseHttp ?? $"http://{host}:{clients.HttpPort}",
            Region = network.Region,
            Allowed = lists.AllowedNodes,
            Denied = lists.DeniedNodes,
            Trusted = network.TrustedNodes.ToHashSet(),
            Quotas = network.Quotas,
            AdmissionBits = network.AdmissionBits,
        };
    }

    /// <summary>The host of an address to listen on, as another machine would write it.</summary>
    private static string Host(string listen)
    {
        var address = listen switch
        {
            "*" => IPAddress.IPv6Any,
            "localhost" => IPAddress.Loopback,
            _ => IPAddress.Parse(listen),
        };
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) address = OfThisMachine();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
    }

    private static IPAddress OfThisMachine() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(static network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(static network => network.GetIPProperties().UnicastAddresses)
        .Select(static unicast => unicast.Address)
        .Where(static address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal)
        .OrderBy(static address => address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
        .FirstOrDefault(IPAddress.Loopback);
}
