using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Benchmarks;

/// <summary>What the measurements of a network ask of its nodes.</summary>
internal static class NetworkNodes
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>Waits until a node is connected to so many others and takes publishes.</summary>
    public static async Task LinkedAsync(GrpcChannel channel, int links, CancellationToken cancellationToken)
    {
        var bootstrap = new Bootstrap.BootstrapClient(channel);
        await UntilAsync(async () =>
        {
            var peers = await bootstrap.GetPeersAsync(new GetPeersRequest(), cancellationToken: cancellationToken);
            return peers.Peers.Count(static peer => peer.Link == LinkState.Connected) >= links;
        }, cancellationToken);
    }

    /// <summary>Publishes until the node takes it: it asks its peers about its own log first.</summary>
    public static async Task ReadyAsync(GrpcChannel channel, Metadata headers, CancellationToken cancellationToken)
    {
        var api = new MessageApi.MessageApiClient(channel);
        await UntilAsync(async () =>
        {
            await api.PublishAsync(PublishBenchmark.NewRequest([1], 1), headers, cancellationToken: cancellationToken);
            return true;
        }, cancellationToken);
    }

    /// <summary>Entries that a node holds over all logs.</summary>
    public static async Task<ulong> EntriesAsync(GrpcChannel channel, CancellationToken cancellationToken)
    {
        var heads = await new Bootstrap.BootstrapClient(channel).GetHeadsAsync(new GetHeadsRequest(), cancellationToken: cancellationToken);
        return heads.Logs.Aggregate(0UL, static (sum, log) => sum + log.Watermark);
    }

    /// <summary>Fills a node with envelopes of so many bytes, a hundred in each request.</summary>
    public static async Task FillAsync(GrpcChannel channel, Metadata headers, int envelopes, byte[] payload, CancellationToken cancellationToken)
    {
        const int PerRequest = 100;
        var api = new MessageApi.MessageApiClient(channel);
        var startNs = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        await Parallel.ForAsync(0, envelopes / PerRequest, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (index, token) =>
            {
                var request = new PublishRequest();
                for (var i = 0; i < PerRequest; i++)
                    request.Envelopes.Add(PublishBenchmark.NewRequest(payload, startNs + (ulong)(index * PerRequest + i)).Envelopes[0]);
                await api.PublishAsync(request, headers, cancellationToken: token);
            });
    }

    /// <summary>Waits for a condition, looking every few milliseconds; a node that is not ready to answer does not fulfil it.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await HoldsAsync(condition))
        {
            if (clock.Elapsed > s_patience) throw new TimeoutException("The network did not come to where the measurement begins or ends.");
            await look.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task<bool> HoldsAsync(Func<Task<bool>> condition)
    {
        try
        {
            return await condition();
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.Unavailable)
        {
            return false;
        }
    }
}
