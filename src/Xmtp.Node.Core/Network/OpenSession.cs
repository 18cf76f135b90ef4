using System.Threading.Channels;
using Xmtp.Node.Core.Membership;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>One connection under way: frames wait here until the other side takes them. What may wait is bounded; a node that does not read is cut off.</summary>
internal sealed class OpenSession(SessionId id, IPeerConnection connection, string? dialledAddress)
{
    // Entries are bounded by the window; the rest is small. A correct node never comes near.
    private const int WaitingFramesMax = 4096;
    private const long WaitingBytesMax = 32 << 20;

    private readonly Channel<Frame> _frames = Channel.CreateUnbounded<Frame>(new UnboundedChannelOptions { SingleReader = true });
    private long _waitingBytes;
    private int _waitingFrames;

    public SessionId Id { get; } = id;

    public IPeerConnection Connection { get; } = connection;

    public string? DialledAddress { get; } = dialledAddress;

    /// <summary>Called when this side is done: what is queued has little time left to be written.</summary>
    public Action? Completed { get; set; }

    /// <summary>Queues a frame.</summary>
    /// <returns>False when too much is waiting.</returns>
    public bool TrySend(Frame frame)
    {
        var bytes = frame.CalculateSize();
        if (Interlocked.Add(ref _waitingBytes, bytes) > WaitingBytesMax || Interlocked.Increment(ref _waitingFrames) > WaitingFramesMax) return false;
        _frames.Writer.TryWrite(frame);
        return true;
    }

    /// <summary>Ends the session once what is queued has been written.</summary>
    public void Complete()
    {
        if (_frames.Writer.TryComplete()) Completed?.Invoke();
    }

    /// <summary>Writes what is queued until the session ends.</summary>
    public async Task WriteAllAsync(CancellationToken cancellationToken)
    {
        await foreach (var frame in _frames.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await Connection.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
            Interlocked.Add(ref _waitingBytes, -frame.CalculateSize());
            Interlocked.Decrement(ref _waitingFrames);
        }
    }
}
