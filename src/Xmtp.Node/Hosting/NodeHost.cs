using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Xmtp.Node.Admin;
using Xmtp.Node.Calls;
using Xmtp.Node.Core;
using Xmtp.Node.Core.Access;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Readiness;
using Xmtp.Node.Lists;
using Xmtp.Node.Metrics;
using Xmtp.Node.Network;
using Xmtp.Node.Options;
using Xmtp.Node.Picture;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Hosting;

/// <summary>
/// A running node: its store, its ports and everything between. Disposing it stops it in good order, so that no client
/// loses an answer and none is left on a silent stream.
/// </summary>
/// <example>
/// <code>
/// await using var node = await NodeHost.StartAsync(new NodeOptions { Listen = "127.0.0.1", HttpPort = 0, GrpcPort = 0, GrpcWebPort = 0, NetworkPort = null });
/// Console.WriteLine(node.GrpcAddress);
/// </code>
/// </example>
public sealed class NodeHost : IAsyncDisposable
{
    private readonly ServiceProvider _base;
    private readonly MessageService _messages;
    private readonly NodeLists _lists;
    private readonly WebApplication _app;
    private readonly NodeListeners _listeners;
    private readonly NodeKey _key;
    private readonly NetworkMembership _network;
    private readonly NodeDrain _drain;
    private readonly AdminPort? _admin;
    private readonly ILogger _logger;
    private readonly Lock _stopLock = new();
    private Task? _stop;

    private NodeHost(NodeOptions options, NodeHostParts parts)
    {
        (Options, _base, _key, _messages, _lists, _app, _listeners) = (options, parts.Base, parts.Key, parts.Messages, parts.Lists, parts.App, parts.Listeners);
        (_network, _drain, _admin) = (parts.Network, parts.Drain, parts.Admin);
        _logger = parts.Base.GetRequiredService<ILoggerFactory>().CreateLogger<NodeHost>();
    }

    /// <summary>What the node was started with.</summary>
    public NodeOptions Options { get; }

    /// <summary>Port of the HTTP/JSON gateway.</summary>
    public int HttpPort => _listeners.HttpPort;

    /// <summary>Port of gRPC.</summary>
    public int GrpcPort => _listeners.GrpcPort;

    /// <summary>Port of gRPC-Web.</summary>
    public int GrpcWebPort => _listeners.GrpcWebPort;

    /// <summary>Address of the HTTP/JSON gateway for clients on this machine.</summary>
    public Uri HttpAddress => Address(HttpPort);

    /// <summary>Address of gRPC for clients on this machine.</summary>
    public Uri GrpcAddress => Address(GrpcPort);

    /// <summary>Address of gRPC-Web for clients on this machine.</summary>
    public Uri GrpcWebAddress => Address(GrpcWebPort);

    /// <summary>Port for other nodes; null when the node stands alone.</summary>
    public int? NetworkPort => _network.Port;

    /// <summary>Where other nodes on this machine reach this one, <c>host:port</c>; null when the node stands alone.</summary>
    public string? NetworkAddress => NetworkPort is { } port ? Address(port).Authority : null;

    /// <summary>Where the operator reaches the node; null when there is no such port.</summary>
    public Uri? AdminAddress => _admin?.Address;

    /// <summary>What the operator can ask for; empty without such a port.</summary>
    internal IReadOnlyList<AdminRoute> AdminRoutes => _admin?.Routes ?? [];

    /// <summary>Who this node is.</summary>
    public NodeId NodeId => _key.Id;

    /// <summary>Whether the node takes publishes: not until it has asked other nodes how far its own log goes.</summary>
    public bool IsTakingPublishes => _messages.IsTakingPublishes;

    /// <summary>Streams that are open now, over all transports.</summary>
    public int OpenStreams => _messages.OpenSubscriptions;

    /// <summary>Starts a node. When this returns it serves.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NodeOptionsException">The options do not hold together.</exception>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ListenFailed"/> or <see cref="ErrorCatalogue.StoreUnusable"/>.</exception>
    public static Task<NodeHost> StartAsync(NodeOptions options, CancellationToken cancellationToken = default) =>
        StartAsync(options, new NodeServices(), cancellationToken);

    /// <summary>Starts a node in surroundings of one's own making.</summary>
    /// <param name="options">How.</param>
    /// <param name="services">Clock, log, store and the like.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NodeOptionsException">The options do not hold together.</exception>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ListenFailed"/> or <see cref="ErrorCatalogue.StoreUnusable"/>.</exception>
    public static async Task<NodeHost> StartAsync(NodeOptions options, NodeServices services, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        if (NodeOptionsValidator.Validate(options).ToList() is { Count: > 0 } errors) throw new NodeOptionsException(errors);

        await using var undo = new AsyncUndo();
        var @base = undo.Add(CreateBase(options, services));
        var loggers = @base.GetRequiredService<ILoggerFactory>();
        var (store, key) = services.Store is { } given ? (given, NodeKey.Generate()) : NodeStore.Open(options, loggers);
        var messages = undo.Add(await MessageService.OpenAsync(
            store, key, MessagesOf(options, services), services.Time, loggers, @base.GetRequiredService<IMeterFactory>(), cancellationToken).ConfigureAwait(false));
        var lists = undo.Add(new NodeLists(options, services.Time, loggers));
        var listeners = new NodeListeners();
        var app = undo.Add(NodeWebApplication.Create(options, listeners, web => AddNode(web, options, services, @base, key, messages, lists.Wallets)));
        await ListenAsync(app, options, cancellationToken).ConfigureAwait(false);
        var network = undo.Add(new NetworkMembership(options, services, app, key, listeners, lists));
        await network.JoinAsync(cancellationToken).ConfigureAwait(false);
        lists.ReviewMembers = network.ReviewMembersAsync;
        var web = app.Services;
        var drain = undo.Add(new NodeDrain(
            options, messages, network, web.GetRequiredService<NodeHealth>(), web.GetRequiredService<RunningCalls>(), services.Time, loggers.CreateLogger<NodeDrain>()));
        var parts = new NodeHostParts(@base, key, store, messages, lists, app, listeners, network, drain, services.Time);
        var admin = options.Admin.Port is null ? null : undo.Add(await AdminPort.StartAsync(options, parts, services, cancellationToken).ConfigureAwait(false));

        var host = new NodeHost(options, parts with { Admin = admin });
        undo.Keep();
        host._logger.NodeReady(host.HttpAddress, host.GrpcAddress, host.GrpcWebAddress);
        if (!options.Authentication) host._logger.AuthenticationOff();
        if (admin is not null) host._logger.AdminReady(admin.Address, admin.TokenFile);
        return host;
    }

    /// <summary>Switches debug output on, or back to the configured level.</summary>
    /// <returns>The level from now on.</returns>
    public LogLevel ToggleDebugLog()
    {
        var level = _base.GetRequiredService<LogLevels>().ToggleDebug();
        _logger.LogLevelChanged(level);
        return level;
    }

    /// <summary>
    /// Stops the node: it reports itself not ready, takes no new connections, lets calls finish, then closes streams one after
    /// the other with status 14, then closes the store. Calling it again waits for the same stop.
    /// </summary>
    /// <param name="cancellationToken">Cuts off whatever is still open, as <see cref="NodeOptions.ShutdownTimeout"/> does. The store is closed in order all the same.</param>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        lock (_stopLock) return _stop ??= StopOnceAsync(cancellationToken);
    }

    /// <summary>Stops the node, see <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        var running = _app.Services.GetRequiredService<RunningCalls>();
        _logger.NodeStopping(running.Count, _messages.OpenSubscriptions);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        cut.CancelAfter(Options.ShutdownTimeout);

        // 1. Balancers look elsewhere. 2. The ports close; connections live on for what is under way.
        _app.Services.GetRequiredService<NodeHealth>().BeginStop();
        var server = _app.StopAsync(cut.Token);
        // 3. Calls finish, which may wait for other nodes; then those are told good-bye. 4. Streams close, spread out.
        await running.IdleAsync(cut.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _drain.DisposeAsync().ConfigureAwait(false);
        await _network.DisposeAsync().ConfigureAwait(false);
        await _messages.CloseSubscriptionsAsync(_drain.ClosingTime, cut.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await server.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // 5. Nobody asks the store any more.
        if (_admin is not null) await _admin.DisposeAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        await _lists.DisposeAsync().ConfigureAwait(false);
        await _messages.DisposeAsync().ConfigureAwait(false);
        _key.Dispose();
        _logger.NodeStopped();
        await _base.DisposeAsync().ConfigureAwait(false);
    }

    private Uri Address(int port) => new UriBuilder(Uri.UriSchemeHttp, Options.Listen switch
    {
        "*" or "localhost" => IPAddress.Loopback.ToString(),
        var address when IPAddress.Parse(address) is var ip && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)) => IPAddress.Loopback.ToString(),
        var address => address,
    }, port).Uri;

    private static MessageServiceOptions MessagesOf(NodeOptions options, NodeServices services)
    {
        var messages = services.Messages with { AwaitPeers = options.NetworkPort is not null };
        return options.Retention is not { } kept
            ? messages
            : messages with { Retention = messages.Retention with { XmtpTopics = kept.XmtpTopics, OtherTopics = kept.OtherTopics } };
    }

    private static ServiceProvider CreateBase(NodeOptions options, NodeServices services)
    {
        var collection = new ServiceCollection();
        var levels = new LogLevels(options.LogLevel);
        collection.AddSingleton(levels);
        NodeLogging.Add(collection, options, services.Log, levels);
        collection.AddMetrics();
        collection.AddSingleton<PrometheusExporter>();
        collection.AddSingleton<NodeHostMetrics>();
        collection.AddSingleton<ProcessMetrics>();
        collection.AddSingleton<RateLimitMetrics>();
        collection.AddSingleton<DrainGate>();
        collection.AddSingleton(new LiveRateLimits(options.RateLimits, services.Time));
        collection.AddSingleton(static provider => provider.GetRequiredService<LiveRateLimits>().Limiter);
        return collection.BuildServiceProvider();
    }

    private static void AddNode(
        IServiceCollection web, NodeOptions options, NodeServices services, ServiceProvider @base, NodeKey key, MessageService messages, WalletLists lists)
    {
        // Instances given here are not disposed with the web server: the store must outlive it.
        web.AddSingleton(options);
        web.AddSingleton(services.Time);
        web.AddSingleton(services.Cryptography);
        web.AddSingleton(messages);
        web.AddSingleton(lists);
        web.AddSingleton(key.Public);
        web.AddSingleton<IViewSource>(_ => new NodePortViews(key));
        web.AddSingleton<NetworkSurvey>();
        web.AddSingleton<NetworkHandle>();
        web.AddSingleton(new ClientAddressReader(options.TrustedProxies));
        web.AddSingleton<NodeHealth>();
        web.AddSingleton(@base.GetRequiredService<ILoggerFactory>());
        web.AddSingleton(@base.GetRequiredService<IMeterFactory>());
        web.AddSingleton(@base.GetRequiredService<LiveRateLimits>());
        web.AddSingleton(@base.GetRequiredService<DrainGate>());
        web.AddSingleton(@base.GetRequiredService<PrometheusExporter>());
        web.AddSingleton(@base.GetRequiredService<NodeHostMetrics>());
        @base.GetRequiredService<ProcessMetrics>();
        @base.GetRequiredService<RateLimitMetrics>();
    }

    private static async Task ListenAsync(WebApplication app, NodeOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or AddressInUseException or System.Net.Sockets.SocketException)
        {
            throw new XmtpException(
                ErrorCatalogue.ListenFailed,
                $"cannot listen on {options.Listen}, ports {options.HttpPort}, {options.GrpcPort}, {options.GrpcWebPort}: {exception.Message}", exception);
        }
    }
}
