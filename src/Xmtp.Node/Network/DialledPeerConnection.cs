using Grpc.Core;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Network;

/// <summary>A stream that this node opened, over a connection of its own.</summary>
internal sealed class DialledPeerConnection(PeerChannel channel, AsyncDuplexStreamingCall<Frame, Frame> call, TimeProvider time) : IPeerConnection
{
    private static readonly TimeSpan s_farewell = TimeSpan.FromMilliseconds(500);

    private readonly PeerStream _stream = new(call.ResponseStream, call.RequestStream);
    private int _disposed;

    public NodePublicKey RemoteKey { get; } = channel.RemoteKey!;

    public bool IsOutbound => true;

    public string RemoteAddress { get; } = channel.RemoteAddress!;

    public IAsyncEnumerable<Frame> ReadAllAsync(CancellationToken cancellationToken = default) => _stream.ReadAllAsync(cancellationToken);

    public ValueTask WriteAsync(Frame frame, CancellationToken cancellationToken = default) => _stream.WriteAsync(frame, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        // A reset would overtake what the other side has not read yet, the good-bye for one: it ends the stream, when it can.
        var completed = CompleteAsync();
        await _stream.DrainAsync(s_farewell, time).ConfigureAwait(false);
        call.Dispose();
        await completed.ConfigureAwait(false);
        channel.Dispose();
    }

    private async Task CompleteAsync()
    {
        try
        {
            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (PeerFailure.IsOne(e))
        {
            // It is over already.
        }
    }
}
