using System.Diagnostics;
using System.Net;
using System.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Xmtp.Protocol;

namespace Xmtp.Client.Transport;

/// <summary>Channels as this client wants them.</summary>
internal static class GrpcChannels
{
    // One full page always fits; longer answers are asked for again in smaller pages.
    private const int ResponseLengthMaxBytes = Limits.PageSizeMax * (Limits.MessageLengthMaxBytes + Limits.TopicLengthMaxBytes + 64);

    private const int StreamWindowBytes = 4 << 20;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    public static GrpcChannel Create(Uri node, GrpcTransportOptions options)
    {
        CheckAddress(node, nameof(node));
        var handler = options.HttpHandler ?? PlatformHandler();
        if (options.Kind == TransportKind.GrpcWeb) handler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, new BrowserHeaders(handler));
        return GrpcChannel.ForAddress(node, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = options.HttpHandler is null,
            MaxReceiveMessageSize = ResponseLengthMaxBytes,
            MaxSendMessageSize = Limits.RequestLengthMaxBytes,
            MaxRetryAttempts = null,

            // The other way a node's own "deadline exceeded" would come as a cancellation, without what it says.
            ThrowOperationCanceledOnCancellation = false,

            // gRPC-Web listeners without TLS speak HTTP/1.1 only; with TLS the two sides agree on the best.
            HttpVersion = options.Kind == TransportKind.GrpcWeb ? HttpVersion.Version11 : null,
            HttpVersionPolicy = options.Kind == TransportKind.GrpcWeb ? HttpVersionPolicy.RequestVersionOrHigher : null,
        });
    }

    /// <exception cref="ArgumentException">The address is neither <c>http</c> nor <c>https</c>.</exception>
    public static void CheckAddress(Uri node, string parameter)
    {
        ArgumentNullException.ThrowIfNull(node, parameter);
        if (!node.IsAbsoluteUri || (node.Scheme != Uri.UriSchemeHttp && node.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException($"'{node}' is no node address; give http://host:port, or https:// for TLS.", parameter);
    }

    public static Metadata Headers(GrpcTransportOptions options)
    {
        var headers = new Metadata { { "x-client-version", $"xmtp-dotnet/{Version}" } };
        if (!string.IsNullOrEmpty(options.AppVersion)) headers.Add("x-app-version", options.AppVersion);
        return headers;
    }

    private static string Version { get; } =
        typeof(GrpcChannels).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private static HttpMessageHandler PlatformHandler() => OperatingSystem.IsBrowser()
        ? new HttpClientHandler()
        : new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            EnableMultipleHttp2Connections = true,

            // All but the largest pages come without waiting for room: quicker from far away, and clear of what makes nodes on
            // Kestrel lose answers (docs/adr/0025). The platform lets a window grow to 16 MiB anyway.
            InitialHttp2StreamWindowSize = StreamWindowBytes,

            // A subscription may be silent for days; only pings tell that from a dead connection.
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,

            // Nodes are run by others: the ids of the application's traces are none of their business, and would tell them
            // which calls belong together.
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        };
}
