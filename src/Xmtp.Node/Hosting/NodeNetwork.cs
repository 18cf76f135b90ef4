using Xmtp.Node.Calls;
using Xmtp.Node.Core;
using Xmtp.Node.Core.Access;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Network;
using Xmtp.Node.Lists;
using Xmtp.Node.Network;
using Xmtp.Node.Options;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Hosting;

/// <summary>A running node's part in its network: the port, what answers on it, and what dials from here.</summary>
internal sealed class NodeNetwork : IAsyncDisposable
{
    private readonly NetworkHandle _handle;
    private readonly NetworkPort _port;
    private readonly NetworkService _service;

    private NodeNetwork(NetworkHandle handle, NetworkPort port, NetworkService service) => (_handle, _port, _service) = (handle, port, service);

    /// <summary>The port for other nodes.</summary>
    public int Port => _port.Port;

    /// <summary>Ends the links with nodes that the lists do not admit any more.</summary>
    public Task ReviewMembersAsync(CancellationToken cancellationToken) => _service.ReviewMembersAsync(cancellationToken);

    /// <summary>Opens the port and joins.</summary>
    /// <param name="options">The node's options.</param>
    /// <param name="services">The node's surroundings.</param>
    /// <param name="app">The node's server for clients, which is up.</param>
    /// <param name="key">The node's key.</param>
    /// <param name="clients">The ports for clients.</param>
    /// <param name="lists">Who may join.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ListenFailed"/>.</exception>
    public static async Task<NodeNetwork> StartAsync(
        NodeOptions options, NodeServices services, WebApplication app, NodeKey key, NodeListeners clients, NodeLists lists, CancellationToken cancellationToken)
    {
        await using var undo = new AsyncUndo();
        var web = app.Services;
        var loggers = web.GetRequiredService<ILoggerFactory>();
        var handle = web.GetRequiredService<NetworkHandle>();
        var port = undo.Add(new NetworkPort(options, key, handle, web.GetRequiredService<Admission>(), loggers));
        await port.StartAsync(cancellationToken).ConfigureAwait(false);
        var network = AdvertisedAddresses.Apply(options, port.Port, clients, lists);
        var surroundings = new NetworkSurroundings
        {
            Key = key,
            Transport = new GrpcPeerTransport(key, services.Time),
            Peers = options.Store == StoreKind.Memory ? new MemoryPeerStore() : new FilePeerStore(options.DataDirectory, loggers.CreateLogger<FilePeerStore>()),
            Authentication = options.Authentication,
            Cryptography = services.Cryptography,
            Wallets = web.GetRequiredService<WalletLists>(),
            Time = services.Time,
            Loggers = loggers,
        };
        var service = undo.Add(await NetworkService.StartAsync(web.GetRequiredService<MessageService>(), network, surroundings, cancellationToken).ConfigureAwait(false));
        handle.Service = service;
        undo.Keep();
        loggers.CreateLogger<NodeNetwork>().NodeJoins(key.Id, network.Network, network.NodeEndpoint);
        return new NodeNetwork(handle, port, service);
    }

    /// <summary>Says good-bye to the other nodes, then closes the port.</summary>
    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync().ConfigureAwait(false);
        _handle.BeginStop();
        await _port.DisposeAsync().ConfigureAwait(false);
    }
}
