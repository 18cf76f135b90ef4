using Xmtp.Node.Core.Keys;
using Xmtp.Node.Lists;
using Xmtp.Node.Options;

namespace Xmtp.Node.Hosting;

/// <summary>The node's place in its network, which it can leave and take again while the process runs. One call at a time.</summary>
internal sealed class NetworkMembership(NodeOptions options, NodeServices services, WebApplication app, NodeKey key, NodeListeners listeners, NodeLists lists) : IAsyncDisposable
{
    private NodeOptions _options = options;
    private NodeNetwork? _network;

    /// <summary>The port for other nodes; null when the node stands alone.</summary>
    public int? Port => _options.NetworkPort;

    /// <summary>Joins, unless the node stands alone or is in. Publishes begin once the others were asked about its own log, as after a start.</summary>
    /// <exception cref="Protocol.Errors.XmtpException"><see cref="Protocol.Errors.ErrorCatalogue.ListenFailed"/>.</exception>
    public async Task JoinAsync(CancellationToken cancellationToken)
    {
        if (_options.NetworkPort is null || Volatile.Read(ref _network) is not null) return;
        var network = await NodeNetwork.StartAsync(_options, services, app, key, listeners, lists, cancellationToken).ConfigureAwait(false);
        // The others know the node by this port from now on.
        _options = _options with { NetworkPort = network.Port };
        Volatile.Write(ref _network, network);
    }

    /// <summary>Says good-bye to the others and closes the port.</summary>
    public async Task LeaveAsync()
    {
        if (Interlocked.Exchange(ref _network, null) is { } network) await network.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Puts out those that the lists do not admit any more.</summary>
    public Task ReviewMembersAsync(CancellationToken cancellationToken) => Volatile.Read(ref _network)?.ReviewMembersAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await LeaveAsync().ConfigureAwait(false);
}
