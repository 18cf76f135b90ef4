using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>One stream of frames with another node. Frames above the limit never come out of it. Disposing it ends it for both sides.</summary>
public interface IPeerConnection : IAsyncDisposable
{
    /// <summary>Who is at the other end.</summary>
    NodePublicKey RemoteKey { get; }

    /// <summary>Whether this side dialled.</summary>
    bool IsOutbound { get; }

    /// <summary>Where the other end is, for logs and address limits: an IP address and port.</summary>
    string RemoteAddress { get; }

    /// <summary>Frames until either side ends the stream. Enumerated once.</summary>
    /// <exception cref="IOException">The connection broke, or a frame was malformed or too long.</exception>
    IAsyncEnumerable<Frame> ReadAllAsync(CancellationToken cancellationToken = default);

    /// <summary>Writes a frame; waits while the other side does not read. One at a time.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    ValueTask WriteAsync(Frame frame, CancellationToken cancellationToken = default);
}
