using System.Runtime.CompilerServices;
using Grpc.Core;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Network;

/// <summary>Reading and writing frames, the same for both sides; whatever the gRPC library throws becomes an <see cref="IOException"/>.</summary>
internal sealed class PeerStream(IAsyncStreamReader<Frame> reader, IAsyncStreamWriter<Frame> writer)
{
    private Task<bool> _next = Task.FromResult(true);

    /// <summary>Frames until the other side ends the stream.</summary>
    public async IAsyncEnumerable<Frame> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await MoveNextAsync(cancellationToken).ConfigureAwait(false)) yield return reader.Current;
    }

    /// <summary>Reads on after the reader gave up, until the other side has ended the stream or the time is over.</summary>
    public async Task DrainAsync(TimeSpan patience, TimeProvider time)
    {
        using var end = new CancellationTokenSource(patience, time);
        try
        {
            while (await MoveNextAsync(end.Token).ConfigureAwait(false))
            {
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It ended one way or the other.
        }
    }

    /// <summary>Writes a frame.</summary>
    public async ValueTask WriteAsync(Frame frame, CancellationToken cancellationToken)
    {
        try
        {
            await writer.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (PeerFailure.IsOne(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw PeerFailure.ToIOException(e);
        }
    }

    private async Task<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The library would end the whole call with this token, and what was just written would be lost.
            if (_next.IsCompleted) _next = reader.MoveNext(CancellationToken.None);
            return await _next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (PeerFailure.IsOne(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw PeerFailure.ToIOException(e);
        }
    }
}
