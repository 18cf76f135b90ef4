using System.Collections.Concurrent;
using Xmtp.Cli.Output;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Membership;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Nodes;

/// <summary>Reads what nodes say of each other. A record is checked once, however many nodes tell it. Safe for concurrent use.</summary>
internal sealed class PeerListReader
{
    /// <summary>Nodes that are looked at; a full mesh ends long before.</summary>
    public const int NodesMax = 4096;

    private const int NetworkLengthMaxChars = 64;

    private readonly ConcurrentDictionary<SignedRecord, (NodePublicKey? Key, NodeRecord? Record, bool IsSigned, string? Problem)> _checked = new();

    /// <summary>Reads an answer.</summary>
    public PeerList Read(GetPeersResponse response)
    {
        var nodes = new Dictionary<NodeId, KnownNode>();
        var problems = new List<string>();
        if (response.Peers.Count > NodesMax + 1) problems.Add($"it names {response.Peers.Count} nodes; {NodesMax} are looked at");
        foreach (var status in response.Peers.Take(NodesMax + 1))
        {
            if (Read(status, out var problem) is not { } node) problems.Add($"one of its records cannot be read: {problem}");
            else if (!nodes.TryAdd(node.Id, node)) problems.Add($"it names node {node.Name} twice");
        }

        return new PeerList(NameOf(response.Network), [.. nodes.Values], problems);
    }

    /// <summary>Reads one node's status; null when its record cannot be read.</summary>
    public KnownNode? Read(PeerStatus? status, out string? problem)
    {
        problem = "there is none";
        if (status?.Record is null) return null;
        var (key, record, isSigned, found) = _checked.GetOrAdd(status.Record, Check);
        problem = found;
        return key is null ? null : new KnownNode(key, record!, status.Record, isSigned, status.Link, status.LastSeenNs);
    }

    private static (NodePublicKey? Key, NodeRecord? Record, bool IsSigned, string? Problem) Check(SignedRecord signed) =>
        RecordCheck.TryRead(signed, out var record, out var key, out var problem) ? (key, record, RecordCheck.IsSigned(signed, record, key), null) : (null, null, false, problem);

    private static string NameOf(string network) => CliConsole.Printable(network.Length <= NetworkLengthMaxChars ? network : network[..NetworkLengthMaxChars]);
}
