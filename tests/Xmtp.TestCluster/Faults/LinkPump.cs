using System.Net.Sockets;
using System.Threading.Channels;

namespace Xmtp.TestCluster.Faults;

/// <summary>Carries the bytes of one direction of one connection.</summary>
internal sealed class LinkPump(Links links, int from, int to)
{
    private const int ChunkBytes = 8192;
    private const int ChunksMax = 128;

    // What Linux waits before it sends a packet again that nobody acknowledged.
    private static readonly TimeSpan s_retransmission = TimeSpan.FromMilliseconds(200);

    private readonly Channel<(byte[] Bytes, long Sent)> _underWay = Channel.CreateBounded<(byte[], long)>(ChunksMax);

    /// <summary>Runs until the source has ended and all of it arrived, or either side broke.</summary>
    /// <param name="source">Read from.</param>
    /// <param name="target">Written to.</param>
    /// <param name="end">Cancelled when the whole connection is over.</param>
    public async Task RunAsync(Socket source, Socket target, CancellationTokenSource end)
    {
        var reading = ReadAsync(source, end.Token);
        var arrived = await WriteAsync(target, end.Token);
        // Whoever writes into a broken connection, or reads from one, learns of it only over a link that is not cut.
        if (!arrived || await reading is false) await end.CancelAsync();
    }

    private async Task<bool> ReadAsync(Socket source, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var buffer = new byte[ChunkBytes];
                var count = await source.ReceiveAsync(buffer, cancellationToken);
                if (count == 0) return true;
                await _underWay.Writer.WriteAsync((buffer[..count], TimeProvider.System.GetTimestamp()), cancellationToken);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            _underWay.Writer.TryComplete();
        }
    }

    private async Task<bool> WriteAsync(Socket target, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (bytes, sent) in _underWay.Reader.ReadAllAsync(cancellationToken))
            {
                await PassAsync(bytes.Length, sent, cancellationToken);
                for (var rest = bytes.AsMemory(); !rest.IsEmpty;) rest = rest[await target.SendAsync(rest, cancellationToken)..];
            }

            await links.WaitOpenAsync(from, to, cancellationToken);
            target.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task PassAsync(int bytes, long sent, CancellationToken cancellationToken)
    {
        var shape = links[from, to];
        var wait = shape.Latency - TimeProvider.System.GetElapsedTime(sent);
        if (shape.Loss > 0 && Random.Shared.NextDouble() < shape.Loss) wait = (wait > TimeSpan.Zero ? wait : TimeSpan.Zero) + s_retransmission + shape.Latency;
        if (wait > TimeSpan.Zero) await Pause.ForAsync(wait, cancellationToken);
        if (shape.BytesPerSecond > 0) await Pause.ForAsync(TimeSpan.FromSeconds((double)bytes / shape.BytesPerSecond), cancellationToken);
        await links.WaitOpenAsync(from, to, cancellationToken);
    }
}
