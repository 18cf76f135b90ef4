using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>How nodes reach each other. Authenticated: a connection is with whoever holds <see cref="IPeerConnection.RemoteKey"/>, and nobody between can read or change it.</summary>
public interface IPeerTransport : IAsyncDisposable
{
    /// <summary>Opens the one stream of a pair of nodes.</summary>
    /// <param name="address"><c>host:port</c> of a node port.</param>
    /// <param name="expected">Who must answer; null for anyone.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">Nobody answers there, or somebody else does; the text says which.</exception>
    Task<IPeerConnection> DialAsync(string address, NodeId? expected, CancellationToken cancellationToken = default);

    /// <summary>Reads a range of a log over a connection of its own.</summary>
    /// <param name="address"><c>host:port</c> of a node port.</param>
    /// <param name="expected">Who must answer.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Frames, unchecked; it ends when the holder has no more.</returns>
    /// <exception cref="IOException">While enumerating: the connection failed.</exception>
    IAsyncEnumerable<Entries> ReadRangeAsync(string address, NodeId expected, ReadRangeRequest request, CancellationToken cancellationToken = default);
}
