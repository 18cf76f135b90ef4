using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Grpc.Net.Client;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Benchmarks;

/// <summary>Resident memory of a node at rest and after a number of envelopes, and of the bare echo server at rest.</summary>
internal static class MemoryBenchmark
{
    public static async Task<int> RunAsync(int envelopes, int payloadBytes, CancellationToken cancellationToken)
    {
        var dataDirectory = Directory.CreateTempSubdirectory("xmtp-bench-").FullName;
        try
        {
            await using var echo = await ServerProcess.StartEchoAsync(cancellationToken);
            await using var node = await ServerProcess.StartNodeAsync(dataDirectory, cancellationToken);
            var echoAtRest = await SettledAsync(echo, cancellationToken);
            var nodeAtRest = await SettledAsync(node, cancellationToken);
            var clock = Stopwatch.StartNew();
            await FillAsync(node, envelopes, payloadBytes, cancellationToken);
            var fill = clock.Elapsed;
            var nodeAfter = await SettledAsync(node, cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"echo at rest {echoAtRest:0} MiB; node at rest {nodeAtRest:0} MiB ({nodeAtRest / echoAtRest:0.0} times), after {envelopes} envelopes of {payloadBytes} bytes {nodeAfter:0} MiB ({nodeAfter / echoAtRest:0.0} times), filled in {fill.TotalSeconds:0.0} s"));
            return 0;
        }
        finally
        {
            Directory.Delete(dataDirectory, recursive: true);
        }
    }

    private static async Task FillAsync(ServerProcess node, int envelopes, int payloadBytes, CancellationToken cancellationToken)
    {
        using var channel = GrpcChannel.ForAddress(node.Address);
        var api = new MessageApi.MessageApiClient(channel);
        var headers = await Tokens.CreateHeadersAsync(cancellationToken);
        var startNs = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        await Parallel.ForAsync(0, envelopes, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = cancellationToken },
            async (index, token) =>
            {
                var request = PublishBenchmark.NewRequest(RandomNumberGenerator.GetBytes(payloadBytes), startNs + (ulong)index);
                await api.PublishAsync(request, headers, cancellationToken: token);
            });
    }

    /// <summary>Reads until two readings, half a second apart, agree within a hundredth.</summary>
    private static async Task<double> SettledAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        var last = double.MaxValue;
        for (var reading = 0; reading < 20; reading++)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            var now = server.ResidentMiB;
            if (Math.Abs(now - last) < last / 100) return now;
            last = now;
        }

        return last;
    }
}
