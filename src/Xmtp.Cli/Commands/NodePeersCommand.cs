using System.CommandLine;
using Xmtp.Cli.Nodes;
using Xmtp.Cli.Output;
using Xmtp.Client.Transport;
using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp node peers [--watch]</c>.</summary>
internal static class NodePeersCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var watch = new Option<bool>("--watch") { Description = "Go on with every change, until interrupted." };
        var command = new Command("peers", "Show the nodes that a node knows, and how it stands with each.") { watch };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            await using var link = NodeLink.ToClientPort(GlobalOptions.NodeOf(parsed), Patience, TimeProvider.System);
            if (parsed.GetValue(watch)) await WatchAsync(link, console, cancellationToken);
            else Show(new PeerListReader().Read((await link.GetPeersAsync(cancellationToken)).Value), console);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Show(PeerList peers, CliConsole console)
    {
        if (console.Json) foreach (var node in peers.Nodes) console.Result(PeerForms.ToOutput(node, PeerForms.Known), CliJson.Default.PeerOutput, static _ => "");
        else console.Raw(PeerForms.ToTable(peers, console, TimeProvider.System.GetUtcNow()) + Environment.NewLine);
        foreach (var problem in peers.Problems) console.Progress($"The node's answer cannot be right: {problem}.");
    }

    private static async Task WatchAsync(NodeLink link, CliConsole console, CancellationToken cancellationToken)
    {
        var reader = new PeerListReader();
        var known = new HashSet<NodeId>();
        var isInitial = true;
        await foreach (var change in link.WatchPeersAsync(cancellationToken))
        {
            if (reader.Read(change.Peer, out var problem) is { } node) Tell(node, EventOf(node, change, isInitial, known), console);
            else if (change.Peer is not null) console.Progress($"The node tells what cannot be right: {problem}.");
            if (isInitial && change.InitialComplete) console.Progress($"{known.Count} nodes are known; watching.");
            isInitial &= !change.InitialComplete;
        }

        throw new NodeException(ErrorCatalogue.Unavailable, "it ended the stream");
    }

    private static string EventOf(KnownNode node, PeerChange change, bool isInitial, HashSet<NodeId> known)
    {
        if (change.Removed) return known.Remove(node.Id) ? PeerForms.Left : PeerForms.Changed;
        var isNew = known.Count <= PeerListReader.NodesMax && known.Add(node.Id);
        return isInitial ? PeerForms.Known : isNew ? PeerForms.Joined : PeerForms.Changed;
    }

    private static void Tell(KnownNode node, string what, CliConsole console) => console.Result(
        PeerForms.ToOutput(node, what), CliJson.Default.PeerOutput, _ => PeerForms.ToLine(node, what, console, TimeProvider.System.GetUtcNow()));
}
