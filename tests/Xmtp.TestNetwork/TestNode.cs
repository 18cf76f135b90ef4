using Xmtp.Node.Hosting;
using Xmtp.Node.Options;

namespace Xmtp.TestNetwork;

/// <summary>
/// A whole node inside the test process, on free loopback ports and a data directory of its own. It can be stopped and
/// started again with the same ports and data.
/// </summary>
public sealed class TestNode : IAsyncDisposable
{
    private readonly NodeServices _services;
    private NodeOptions _options;
    private NodeHost? _host;

    private TestNode(NodeOptions options, NodeServices services, CapturedLog log) => (_options, _services, Log) = (options, services, log);

    /// <summary>The running node.</summary>
    public NodeHost Host => _host ?? throw new InvalidOperationException("The node is stopped.");

    /// <summary>HTTP/JSON gateway.</summary>
    public Uri HttpAddress => Host.HttpAddress;

    /// <summary>gRPC.</summary>
    public Uri GrpcAddress => Host.GrpcAddress;

    /// <summary>gRPC-Web.</summary>
    public Uri GrpcWebAddress => Host.GrpcWebAddress;

    /// <summary>Where its store lives.</summary>
    public string DataDirectory => _options.DataDirectory;

    /// <summary>What it logged since it was made.</summary>
    public CapturedLog Log { get; }

    /// <summary>Starts a node.</summary>
    /// <param name="configure">Changes its options.</param>
    /// <param name="services">Clock, store and the like; the log is captured unless given.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<TestNode> StartAsync(
        Func<NodeOptions, NodeOptions>? configure = null, NodeServices? services = null, CancellationToken cancellationToken = default)
    {
        var options = new NodeOptions
        {
            Listen = "127.0.0.1",
            HttpPort = 0,
            GrpcPort = 0,
            GrpcWebPort = 0,
            NetworkPort = null,
            DataDirectory = Path.Combine(Path.GetTempPath(), $"xmtp-test-{Guid.NewGuid():N}"),
            LogLevel = Microsoft.Extensions.Logging.LogLevel.Debug,
            ShutdownTimeout = TimeSpan.FromSeconds(10),
        };
        var log = new CapturedLog();
        services ??= new NodeServices();
        var node = new TestNode(configure?.Invoke(options) ?? options, services with { Log = services.Log ?? log }, log);
        await node.StartAgainAsync(cancellationToken);
        return node;
    }

    /// <summary>Stops it in good order. Its data stays.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_host is not { } host) return;
        // The same ports when it comes back, as clients would expect of a node that was restarted.
        _options = _options with { HttpPort = host.HttpPort, GrpcPort = host.GrpcPort, GrpcWebPort = host.GrpcWebPort, NetworkPort = host.NetworkPort };
        await host.StopAsync(cancellationToken);
        _host = null;
    }

    /// <summary>Stops it without waiting for anybody: connections break.</summary>
    public Task StopAtOnceAsync() => StopAsync(new CancellationToken(canceled: true));

    /// <summary>Starts it after a stop, on the same ports and data.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        if (_host is not null) throw new InvalidOperationException("The node runs already.");
        _host = await NodeHost.StartAsync(_options, _services, cancellationToken);
    }

    /// <summary>Stops it and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Directory.Exists(DataDirectory)) Directory.Delete(DataDirectory, recursive: true);
    }
}
