using Xmtp.Cli.Nodes;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Inspection;

/// <summary>The node that an inspection asks: its port for clients first, which says who it is, and then its port for nodes, which has entries.</summary>
internal sealed class AskedNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly NodeLink _link;
    private NodeLink? _nodePort;

    private AskedNode(NodeLink link, PeerList peers, KnownNode self) => (_link, Peers, Self) = (link, peers, self);

    /// <summary>Whom it knows.</summary>
    public PeerList Peers { get; }

    /// <summary>Who it is.</summary>
    public KnownNode Self { get; }

    /// <summary>Asks a node who it is.</summary>
    public static async Task<AskedNode> ConnectAsync(Uri address, TimeProvider time, CancellationToken cancellationToken)
    {
        var link = NodeLink.ToClientPort(address, Patience, time);
        try
        {
            var peers = new PeerListReader().Read((await link.GetPeersAsync(cancellationToken)).Value);
            return new AskedNode(link, peers, peers.Self ?? throw Odd("does not say who it is"));
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    /// <summary>All logs it holds, in the order of their names.</summary>
    public async Task<IReadOnlyList<HeldLogState>> GetLogsAsync(CancellationToken cancellationToken)
    {
        var logs = new HeadListReader().Read((await _link.GetHeadsAsync(cancellationToken)).Value, out var problems);
        if (problems.Count > 0) throw Odd($"answers what cannot be right: {problems[0]}");
        return [.. logs.Values.OrderBy(static log => log.Name.Node).ThenBy(static log => log.Name.Shard).ThenBy(static log => log.Name.Incarnation)];
    }

    /// <summary>Entries of a log from a number on, unchecked.</summary>
    public IAsyncEnumerable<Entries> ReadRangeAsync(HeldLogState log, ulong from, CancellationToken cancellationToken)
    {
        if (Self.Record.NodeEndpoint.Length == 0) throw Odd("has no port for nodes, where entries are read");
        _nodePort ??= NodeLink.ToNodePort(Self.Record.NodeEndpoint, Self.Id, Patience, TimeProvider.System);
        return _nodePort.ReadRangeAsync(new ReadRangeRequest { Log = Google.Protobuf.ByteString.CopyFrom(log.Log.ToArray()), From = from }, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_nodePort is not null) await _nodePort.DisposeAsync();
        await _link.DisposeAsync();
    }

    private static InspectException Odd(string what) => new(ErrorCatalogue.PeerMisbehaved, $"The node {what}.", "Look at that node's version and log, or ask another one with --node.");
}
