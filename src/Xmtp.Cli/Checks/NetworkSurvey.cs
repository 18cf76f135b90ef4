using System.Collections.Concurrent;
using Xmtp.Cli.Nodes;
using Xmtp.Client.Transport;
using Xmtp.Node.Core.Keys;

namespace Xmtp.Cli.Checks;

/// <summary>Asks every node of a network whom it knows and what it holds.</summary>
internal sealed class NetworkSurvey(CheckOptions options)
{
    private const int AsksInFlightMax = 64;

    // Nodes that only others know, and nodes that only those know, are asked too; a network hangs together by fewer steps than this.
    private const int RoundsMax = 8;

    private readonly PeerListReader _peers = new();
    private readonly HeadListReader _heads = new();

    /// <summary>Asks one node, and then all it knows of.</summary>
    /// <param name="address">Where the first node serves clients.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>All nodes, the first one first.</returns>
    /// <exception cref="NodeException">The first node did not answer, or did not say who it is.</exception>
    public async Task<IReadOnlyList<NodeView>> RunAsync(Uri address, CancellationToken cancellationToken)
    {
        var first = await AskAsync(NodeLink.ToClientPort(address, options.Patience, options.Time), cancellationToken);
        var views = new Dictionary<NodeId, NodeView>();
        if (first.Peers.Self is not { } self)
            throw new NodeException(Protocol.Errors.ErrorCatalogue.MethodNotAllowed, "it does not say who it is");
        var entry = Fill(new NodeView(self), address.OriginalString, first);
        views[entry.Id] = entry;
        var unasked = first.Peers.Nodes.Where(node => node.Id != entry.Id).Select(static node => new NodeView(node)).ToList();
        for (var round = 0; round < RoundsMax && unasked.Count > 0; round++)
        {
            foreach (var view in await AskAllAsync(unasked, cancellationToken)) views[view.Id] = view;
            unasked = [.. Strangers(views, entry.Peers.Network)];
        }

        return [entry, .. views.Values.Where(view => view.Id != entry.Id).OrderBy(static view => view.Id)];
    }

    /// <summary>Asks nodes once more what they hold. One that does not answer now keeps what it said before.</summary>
    public async Task<IReadOnlyList<NodeView>> AskAgainAsync(IEnumerable<NodeView> views, CancellationToken cancellationToken)
    {
        var asked = new ConcurrentBag<NodeView>();
        await Parallel.ForEachAsync(views, Limits(cancellationToken), async (view, token) =>
        {
            var again = await AskAsync(view, token);
            asked.Add(again.Answered ? again : view);
        });
        return [.. asked];
    }

    private async Task<IReadOnlyList<NodeView>> AskAllAsync(IReadOnlyList<NodeView> views, CancellationToken cancellationToken)
    {
        var asked = new ConcurrentBag<NodeView>();
        await Parallel.ForEachAsync(views, Limits(cancellationToken), async (view, token) => asked.Add(await AskAsync(view, token)));
        return [.. asked];
    }

    private static ParallelOptions Limits(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = AsksInFlightMax, CancellationToken = cancellationToken };

    /// <summary>Asks at the node's port for clients, and where that does not help at its port for nodes.</summary>
    private async Task<NodeView> AskAsync(NodeView view, CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        foreach (var (address, connect) in Ways(view.Node))
        {
            try
            {
                var answer = await AskAsync(connect(), cancellationToken);
                if (answer.Peers.Self?.Id == view.Id) return Fill(view, address, answer);
                failures.Add($"{address}: {(answer.Peers.Self is { } other ? $"node {other.Name} answers there" : "what answers there does not say who it is")}");
            }
            catch (NodeException failure)
            {
                failures.Add($"{address}: {failure.Message}");
            }
        }

        return view with { Failure = failures.Count == 0 ? "its record names no address" : string.Join("; ", failures) };
    }

    private IEnumerable<(string Address, Func<NodeLink> Connect)> Ways(KnownNode node)
    {
        var record = node.Record;
        if (record.GrpcEndpoint.Length > 0 && Uri.TryCreate(record.GrpcEndpoint, UriKind.Absolute, out var clients))
            yield return (record.GrpcEndpoint, () => NodeLink.ToClientPort(clients, options.Patience, options.Time));
        if (record.NodeEndpoint.Length > 0)
            yield return (record.NodeEndpoint, () => NodeLink.ToNodePort(record.NodeEndpoint, node.Id, options.Patience, options.Time));
    }

    private async Task<Answer> AskAsync(NodeLink connected, CancellationToken cancellationToken)
    {
        await using var link = connected;
        var peers = await link.GetPeersAsync(cancellationToken);

        // The second answer comes over a connection that stands, so its clock is read with less delay.
        var heads = await link.GetHeadsAsync(cancellationToken);
        var logs = _heads.Read(heads.Value, out var problems);
        return new Answer(_peers.Read(peers.Value), logs, problems, heads.ClockOffset);
    }

    private static NodeView Fill(NodeView view, string address, Answer answer) => view with
    {
        Failure = null,
        Address = address,
        Peers = answer.Peers,
        Logs = answer.Logs,
        LogProblems = answer.Problems,
        ClockOffset = answer.ClockOffset,
    };

    /// <summary>Nodes that were not asked yet, because nobody who was asked before knows them. Who is not signed for, is nobody.</summary>
    private static IEnumerable<NodeView> Strangers(Dictionary<NodeId, NodeView> views, string network) =>
        from node in views.Values.SelectMany(static view => view.Peers.Nodes).Where(node => node.IsSigned && node.Record.Network == network && !views.ContainsKey(node.Id))
            .GroupBy(static node => node.Id).Select(static same => same.First()).Take(PeerListReader.NodesMax - Math.Min(views.Count, PeerListReader.NodesMax))
        select new NodeView(node) { IsKnownToFirst = false };

    private sealed record Answer(
        PeerList Peers, IReadOnlyDictionary<Node.Core.Log.Hash256, HeldLogState> Logs, IReadOnlyList<string> Problems, TimeSpan? ClockOffset);
}
