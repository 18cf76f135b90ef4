using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Picture;

/// <summary>The links of a picture: pairs of which at least one says something of the other.</summary>
internal static class PictureLinks
{
    private const string Connected = "connected";
    private const string Suspect = "suspect";

    /// <summary>Makes them.</summary>
    /// <param name="nodes">The picture's nodes, each with what it said, if it did.</param>
    /// <param name="omitted">How many there was no room for.</param>
    public static IReadOnlyList<PictureLink> Make(IReadOnlyList<(NodeId Id, NodeView? View)> nodes, out int omitted)
    {
        var links = new List<PictureLink>();
        omitted = 0;
        for (var a = 0; a < nodes.Count; a++)
        {
            for (var b = a + 1; b < nodes.Count; b++)
            {
                var (fromA, fromB) = (SaidOf(nodes[a].View, nodes[b].Id), SaidOf(nodes[b].View, nodes[a].Id));
                if (fromA is null && fromB is null) continue;
                if (links.Count < PictureLimits.LinksMax) links.Add(new PictureLink(a, b, StateOf(fromA, fromB), fromA, fromB));
                else omitted++;
            }
        }

        return links;
    }

    /// <summary>A state as text.</summary>
    public static string Text(LinkState link) => link switch
    {
        LinkState.Self => "self",
        LinkState.Connected => Connected,
        LinkState.Suspect => Suspect,
        _ => "disconnected",
    };

    private static string? SaidOf(NodeView? view, NodeId other) => view?.Links.TryGetValue(other, out var link) == true ? Text(link) : null;

    private static string StateOf(string? fromA, string? fromB)
    {
        var said = new[] { fromA, fromB }.OfType<string>().ToList();
        var connected = said.Count(static word => word == Connected);
        if (connected == said.Count) return "up";
        if (connected > 0) return "half";
        return said.Contains(Suspect) ? Suspect : "down";
    }
}
