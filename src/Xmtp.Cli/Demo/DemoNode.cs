using Xmtp.Cli.Nodes;
using Xmtp.Client.Transport;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Hosting;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Cli.Demo;

/// <summary>One of the demo's nodes, seen from outside like any other.</summary>
internal sealed class DemoNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly NodeLink _link;
    private readonly GrpcTransport _queries;

    private DemoNode(int number, NodeId id, Uri address, string nodeAddress)
    {
        (Number, Id, Address, NodeAddress) = (number, id, address, nodeAddress);
        _link = NodeLink.ToClientPort(address, Patience, TimeProvider.System);
        _queries = new GrpcTransport(address);
    }

    /// <summary>1, 2 or 3.</summary>
    public int Number { get; }

    /// <summary>Its name in the story.</summary>
    public string Name => $"node {Number}";

    /// <summary>Who it is.</summary>
    public NodeId Id { get; }

    /// <summary>Where clients dial it.</summary>
    public Uri Address { get; }

    /// <summary>Where other nodes dial it.</summary>
    public string NodeAddress { get; }

    /// <summary>A node of this process.</summary>
    public static DemoNode Of(int number, NodeHost host) => new(number, host.NodeId, host.GrpcAddress, host.NetworkAddress!);

    /// <summary>A node that another one told of.</summary>
    public static DemoNode Of(int number, KnownNode node) => new(number, node.Id, new Uri(node.Record.GrpcEndpoint), node.Record.NodeEndpoint);

    /// <summary>Whom it knows.</summary>
    public async Task<IReadOnlyList<KnownNode>> GetPeersAsync(CancellationToken cancellationToken) =>
        new PeerListReader().Read((await _link.GetPeersAsync(cancellationToken)).Value).Nodes;

    /// <summary>How far it has which log.</summary>
    public async Task<IReadOnlyDictionary<Hash256, HeldLogState>> GetLogsAsync(CancellationToken cancellationToken) =>
        new HeadListReader().Read((await _link.GetHeadsAsync(cancellationToken)).Value, out _);

    /// <summary>The newest envelope on a topic; null when there is none.</summary>
    public async Task<Envelope?> NewestAsync(string topic, CancellationToken cancellationToken)
    {
        var response = await _queries.QueryAsync(
            new QueryRequest { ContentTopics = { topic }, PagingInfo = new PagingInfo { Limit = 1, Direction = SortDirection.Descending } }, cancellationToken);
        return response.Envelopes.Count == 0 ? null : response.Envelopes[0];
    }

    public override string ToString() => $"{Name} {Id.ToShortString()}, clients dial {Address.Authority}, nodes dial {NodeAddress}";

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        await _queries.DisposeAsync();
    }
}
