namespace Xmtp.Cli.Nodes;

/// <summary>What a node says of its network.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Nodes">Nodes whose records can be read, each once.</param>
/// <param name="Problems">What is wrong with the others, and with the answer.</param>
internal sealed record PeerList(string Network, IReadOnlyList<KnownNode> Nodes, IReadOnlyList<string> Problems)
{
    /// <summary>The node that answered; null when it does not say.</summary>
    public KnownNode? Self => Nodes.FirstOrDefault(static node => node.Link == Protocol.Network.V1.LinkState.Self);
}
