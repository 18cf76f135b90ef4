namespace Xmtp.Client.Transport;

/// <summary>A transport to one node, which can also be asked for the others.</summary>
internal interface INodeTransport : IMessageTransport
{
    /// <summary>The addresses, as their nodes state them, at which this wire reaches the nodes that this one knows.</summary>
    /// <returns>Unchecked texts; null when the node answers no such question.</returns>
    Task<IReadOnlyList<string>?> GetPeersAsync(CancellationToken cancellationToken = default);
}
