using System.Globalization;
using Grpc.Net.Client;

namespace Xmtp.Benchmarks;

/// <summary>What each further peer costs a node at rest: memory, and bytes on the wire.</summary>
internal static class PeersBenchmark
{
    public static async Task<int> RunAsync(int peers, TimeSpan rest, CancellationToken cancellationToken)
    {
        using var scratch = new Scratch();
        var others = new List<ServerProcess>();
        try
        {
            await using var node = await ServerProcess.StartNetworkNodeAsync(scratch["node"], 0, 0, cancellationToken);
            using var channel = GrpcChannel.ForAddress(node.Address);
            var headers = await Tokens.CreateHeadersAsync(cancellationToken);
            await NetworkNodes.ReadyAsync(channel, headers, cancellationToken);
            await Task.Delay(rest, cancellationToken);
            var alone = node.ResidentMiB;

            for (var i = 0; i < peers; i++)
                others.Add(await ServerProcess.StartNetworkNodeAsync(scratch[$"peer{i}"], node.NetworkPort, 0, cancellationToken));
            await NetworkNodes.LinkedAsync(channel, peers, cancellationToken);
            await Task.Delay(rest, cancellationToken);
            var (before, cpuBefore) = (LoopbackBytes(), node.ProcessorTime);
            await Task.Delay(rest, cancellationToken);
            var links = (peers + 1) * peers / 2;
            var perLink = (LoopbackBytes() - before) / rest.TotalSeconds / links;
            var together = node.ResidentMiB;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"node alone {alone:0} MiB, with {peers} peers {together:0} MiB: {(together - alone) * 1024 / peers:0} KiB a peer; {perLink:0} bytes/s on each of {links} links (all layers, both ways); processor {(node.ProcessorTime - cpuBefore).TotalSeconds / rest.TotalSeconds:0.0%}"));
            return 0;
        }
        finally
        {
            foreach (var other in others) await other.DisposeAsync();
        }
    }

    /// <summary>Bytes received on the loopback device: all that the nodes say to each other, when nothing else runs.</summary>
    private static long LoopbackBytes() => File.ReadLines("/proc/net/dev")
        .Select(static line => line.Trim())
        .Where(static line => line.StartsWith("lo:", StringComparison.Ordinal))
        .Select(static line => long.Parse(line[3..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture))
        .Single();
}
