using Grpc.Core;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Network;

/// <summary>A stream that another node opened. It ends when the call that serves it returns.</summary>
internal sealed class AcceptedPeerConnection(
    NodePublicKey remoteKey, string remoteAddress, IAsyncStreamReader<Frame> requests, IServerStreamWriter<Frame> responses) : IPeerConnection
{
    private readonly PeerStream _stream = new(requests, responses);

    public NodePublicKey RemoteKey { get; } = remoteKey;

    public bool IsOutbound => false;

    public string RemoteAddress { get; } = remoteAddress;

    public IAsyncEnumerable<Frame> ReadAllAsync(CancellationToken cancellationToken = default) => _stream.ReadAllAsync(cancellationToken);

    public ValueTask WriteAsync(Frame frame, CancellationToken cancellationToken = default) => _stream.WriteAsync(frame, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
