using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xmtp.Node.Options;

namespace Xmtp.Node.Hosting;

/// <summary>Binds the three ports and remembers what they became.</summary>
internal sealed class NodeListeners
{
    private ListenOptions? _http;
    private ListenOptions? _grpc;
    private ListenOptions? _grpcWeb;

    public int HttpPort => Port(_http);

    public int GrpcPort => Port(_grpc);

    public int GrpcWebPort => Port(_grpcWeb);

    /// <summary>Sets the server's limits and listeners.</summary>
    public void Configure(KestrelServerOptions kestrel, NodeOptions options)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        // Both transports bound what they read themselves, and say so in their own words.
        limits.MaxRequestBodySize = null;
        // A reader that takes less has stopped reading. The default would wait an hour for a megabyte.
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 4096, gracePeriod: TimeSpan.FromSeconds(10));
        // Clients keep idle connections, and native ones ping them every 16 seconds; there is no age at which one is closed.
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromMinutes(5);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        // Each stream of a client is one of these; the default of 100 makes the 101st wait for ever.
        limits.Http2.MaxStreamsPerConnection = 10_000;

        _http = Listen(kestrel, options.Listen, options.HttpPort, HttpProtocols.Http1, isGrpcWeb: false);
        _grpc = Listen(kestrel, options.Listen, options.GrpcPort, HttpProtocols.Http2, isGrpcWeb: false);
        _grpcWeb = Listen(kestrel, options.Listen, options.GrpcWebPort, HttpProtocols.Http1, isGrpcWeb: true);
    }

    private static ListenOptions Listen(KestrelServerOptions kestrel, string address, int port, HttpProtocols protocols, bool isGrpcWeb)
    {
        ListenOptions? bound = null;
        void Setup(ListenOptions listen)
        {
            bound = listen;
            listen.Protocols = protocols;
            if (isGrpcWeb)
            {
                listen.Use(next => connection =>
                {
                    connection.Features.Set(GrpcWebListener.Instance);
                    return next(connection);
                });
            }
        }

        Bind(kestrel, address, port, Setup);
        return bound!;
    }

    /// <summary>Listens on a port at the node's address.</summary>
    public static void Bind(KestrelServerOptions kestrel, string address, int port, Action<ListenOptions> setup)
    {
        if (address == "*") kestrel.ListenAnyIP(port, setup);
        // Both loopback addresses under one name need one port number, so a free one is looked for on the first only.
        else if (address == "localhost" && port != 0) kestrel.ListenLocalhost(port, setup);
        else kestrel.Listen(address == "localhost" ? IPAddress.Loopback : IPAddress.Parse(address), port, setup);
    }

    private static int Port(ListenOptions? listen) => listen?.IPEndPoint?.Port ?? 0;
}
