using System.Globalization;
using Xmtp.Cli.Output;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Nodes;

/// <summary>Nodes for people and for programs.</summary>
internal static class PeerForms
{
    /// <summary>A node that was known when the question was asked.</summary>
    public const string Known = "known";

    /// <summary>A node that came.</summary>
    public const string Joined = "joined";

    /// <summary>A node whose record or link changed.</summary>
    public const string Changed = "changed";

    /// <summary>A node that left, or whose record ran out.</summary>
    public const string Left = "left";

    private const int LinkColumn = 1;
    private const int EventWidth = 7;
    private const int LinkWidth = 12;

    private static readonly string[] s_heading = ["NODE", "LINK", "CLIENTS DIAL", "NODES DIAL", "SOFTWARE", "REGION", "RECORD AGE", "LAST SEEN"];

    /// <summary>The members of a node.</summary>
    public static PeerOutput ToOutput(KnownNode node, string what)
    {
        var record = node.Record;
        return new PeerOutput(
            what, node.Id.ToString(), node.Name, NameOf(node.Link), record.Network, Some(record.NodeEndpoint), Some(record.GrpcEndpoint), Some(record.GrpcWebEndpoint),
            Some(record.HttpEndpoint), record.Software, Some(record.Region), record.Counter, NodeTime.Iso(record.IssuedNs)!, NodeTime.Iso(record.ExpiresNs)!,
            NodeTime.Iso(node.LastSeenNs), record.Leaving, node.IsSigned);
    }

    /// <summary>A table of all nodes under the network's name.</summary>
    public static string ToTable(PeerList peers, CliConsole console, DateTimeOffset now)
    {
        var rows = peers.Nodes.Select(node => Cells(node, now)).ToList();
        var table = TextTable.Of(s_heading, rows, (row, column, cell) => row < 0 ? console.Faint(cell) : column == LinkColumn ? Colour(peers.Nodes[row].Link, cell, console) : cell);
        return $"network {console.Bold(peers.Network)}, {peers.Nodes.Count} {(peers.Nodes.Count == 1 ? "node" : "nodes")}{Environment.NewLine}{table}";
    }

    /// <summary>A line about one change.</summary>
    public static string ToLine(KnownNode node, string what, CliConsole console, DateTimeOffset now)
    {
        var place = node.Record.GrpcEndpoint.Length > 0 ? node.Record.GrpcEndpoint : node.Record.NodeEndpoint;
        return $"{console.Faint(now.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture))}  {what.PadRight(EventWidth)}  {console.Bold(node.Name)}  " +
            $"{Colour(node.Link, NameOf(node.Link).PadRight(LinkWidth), console)}  {place}{(node.IsSigned ? "" : "  (not signed by it)")}";
    }

    /// <summary>A link's state as it stands in results.</summary>
    public static string NameOf(LinkState link) => link switch
    {
        LinkState.Self or LinkState.Connected or LinkState.Disconnected or LinkState.Suspect => link.ToString().ToLowerInvariant(),
        _ => "unknown",
    };

    private static string[] Cells(KnownNode node, DateTimeOffset now)
    {
        var record = node.Record;
        return
        [
            node.Name, NameOf(node.Link) + (node.IsSigned ? "" : " (not signed by it)"), Some(record.GrpcEndpoint) ?? "-", Some(record.NodeEndpoint) ?? "-", Some(record.Software) ?? "-", Some(record.Region) ?? "-",
            NodeTime.Span(now - NodeTime.Of(record.IssuedNs)),
            node.Link == LinkState.Self ? "-" : node.LastSeenNs == 0 ? "never" : $"{NodeTime.Span(now - NodeTime.Of(node.LastSeenNs))} ago",
        ];
    }

    private static string Colour(LinkState link, string text, CliConsole console) => link switch
    {
        LinkState.Connected or LinkState.Self => console.Green(text),
        LinkState.Suspect => console.Yellow(text),
        _ => console.Red(text),
    };

    private static string? Some(string text) => text.Length == 0 ? null : text;
}
