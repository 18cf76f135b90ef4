using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Tests.Network;

/// <summary>Sends every frame back, keeps who came and how they went.</summary>
internal sealed class FakeNetwork : INetworkService
{
    /// <summary>Nodes that connected.</summary>
    public ConcurrentQueue<IPeerConnection> Connections { get; } = new();

    /// <summary>Frames that came.</summary>
    public ConcurrentQueue<Frame> Frames { get; } = new();

    /// <summary>How connections ended: null for in order.</summary>
    public ConcurrentQueue<Exception?> Ends { get; } = new();

    /// <summary>Who read ranges.</summary>
    public ConcurrentQueue<NodePublicKey> Readers { get; } = new();

    public async Task ServeAsync(IPeerConnection connection, CancellationToken cancellationToken = default)
    {
        Connections.Enqueue(connection);
        Exception? end = null;
        try
        {
            await foreach (var frame in connection.ReadAllAsync(cancellationToken))
            {
                Frames.Enqueue(frame);
                await connection.WriteAsync(frame, cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            end = e;
        }

        Ends.Enqueue(end);
    }

    public GetPeersResponse GetPeers() => new() { Network = "fake" };

    public async IAsyncEnumerable<PeerChange> WatchPeersAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return new PeerChange { InitialComplete = true };
        await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
    }

    public GetHeadsResponse GetHeads() => new() { Logs = { new LogState { Watermark = 7 } } };

    public async IAsyncEnumerable<Entries> ReadRangeAsync(ReadRangeRequest request, NodePublicKey reader, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Readers.Enqueue(reader);
        for (ulong i = 0; i < request.From; i++)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return new Entries { Head = ByteString.CopyFrom((byte)i) };
        }
    }
}
