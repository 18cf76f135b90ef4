using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xmtp.Node.Calls;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Replication;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;
using Xmtp.Node.Rpc;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Network;

/// <summary>
/// The port for other nodes: a web server of its own, with its own limits and nothing on it that is for clients, so that neither can
/// be reached through the other.
/// </summary>
internal sealed class NetworkPort : IAsyncDisposable
{
    private const int StreamsPerConnectionMax = 16;
    private const int StreamWindowBytes = 4 << 20;
    private const int ConnectionWindowBytes = 8 << 20;
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(2);

    private readonly X509Certificate2 _certificate;
    private readonly WebApplication _app;
    private readonly NodeOptions _options;
    private ListenOptions? _listener;

    /// <param name="options">The node's options.</param>
    /// <param name="key">The node's key.</param>
    /// <param name="network">What answers.</param>
    /// <param name="admission">Limits of what anybody may ask.</param>
    /// <param name="loggers">Where it logs.</param>
    public NetworkPort(NodeOptions options, NodeKey key, NetworkHandle network, Admission admission, ILoggerFactory loggers)
    {
        _options = options;
        _certificate = NodeCertificate.Create(key);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(NetworkPort).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, new ConnectionGate(loggers.CreateLogger<ConnectionGate>())));
        var services = builder.Services;
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.AddSingleton(loggers);
        services.AddSingleton(network);
        services.AddSingleton(admission);
        services.AddGrpc(ConfigureGrpc);
        Add<ReplicationService>(services);
        Add<BootstrapService>(services);
        _app = builder.Build();
        _app.Use(new ReusedStreams(loggers.CreateLogger<ReusedStreams>()).Before);
        _app.UseRouting();
        _app.MapGrpcService<ReplicationService>();
        _app.MapGrpcService<BootstrapService>();
    }

    /// <summary>The port it listens on.</summary>
    public int Port => _listener?.IPEndPoint?.Port ?? 0;

    // What the gRPC library looks at in a service, so that trimming keeps it.
    private const DynamicallyAccessedMemberTypes Members =
        DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods;

    /// <summary>Adds a service that says itself which methods it has.</summary>
    public static void Add<[DynamicallyAccessedMembers(Members)] T>(IServiceCollection services) where T : class, IServiceMethodProvider<T>
    {
        services.AddSingleton<T>();
        services.AddSingleton<IServiceMethodProvider<T>>(static provider => provider.GetRequiredService<T>());
    }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ListenFailed"/>.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or AddressInUseException or System.Net.Sockets.SocketException)
        {
            throw new XmtpException(ErrorCatalogue.ListenFailed, $"cannot listen on {_options.Listen}, port {_options.NetworkPort}: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(s_stopPatience);
        await _app.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync().ConfigureAwait(false);
        _certificate.Dispose();
    }

    private void Configure(KestrelServerOptions kestrel, ConnectionGate gate)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = ConnectionGate.ConnectionsMax;
        limits.MaxRequestBodySize = null;
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(1);
        // A node that takes this little for so long has stopped reading.
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(30));
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(15);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
        limits.Http2.MaxStreamsPerConnection = StreamsPerConnectionMax;
        limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
        limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
        NodeListeners.Bind(kestrel, _options.Listen, _options.NetworkPort ?? 0, listen =>
        {
            _listener = listen;
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(gate.BeforeHandshake);
            listen.UseHttps(NodeTls.Server(_certificate));
            listen.Use(gate.AfterHandshake);
        });
    }

    private static void ConfigureGrpc(GrpcServiceOptions grpc)
    {
        grpc.MaxReceiveMessageSize = ReplicationLimits.FrameLengthMaxBytes;
        grpc.MaxSendMessageSize = null;
        // Setting the list leaves out the library's own, which unpack without bound; nodes send nothing compressed.
        grpc.CompressionProviders = [new BoundedGzip(ReplicationLimits.FrameLengthMaxBytes)];
    }
}
