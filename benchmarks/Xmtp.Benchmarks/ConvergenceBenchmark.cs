using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Grpc.Net.Client;

namespace Xmtp.Benchmarks;

/// <summary>Two nodes that cannot reach each other for a time while both take publishes: how long until they hold the same again.</summary>
internal static class ConvergenceBenchmark
{
    public static async Task<int> RunAsync(TimeSpan partition, int perSecond, int payloadBytes, CancellationToken cancellationToken)
    {
        using var scratch = new Scratch();
        await using LinkProxy toFirst = new(), toSecond = new();
        await using var first = await ServerProcess.StartNetworkNodeAsync(scratch["first"], 0, toFirst.Port, cancellationToken);
        toFirst.PointTo(first.NetworkPort);
        await using var second = await ServerProcess.StartNetworkNodeAsync(scratch["second"], toFirst.Port, toSecond.Port, cancellationToken);
        toSecond.PointTo(second.NetworkPort);
        using GrpcChannel a = GrpcChannel.ForAddress(first.Address), b = GrpcChannel.ForAddress(second.Address);
        var headers = await Tokens.CreateHeadersAsync(cancellationToken);
        await NetworkNodes.LinkedAsync(a, 1, cancellationToken);
        await NetworkNodes.ReadyAsync(a, headers, cancellationToken);
        await NetworkNodes.ReadyAsync(b, headers, cancellationToken);

        toFirst.Cut();
        toSecond.Cut();
        var published = 2L;
        var payload = RandomNumberGenerator.GetBytes(payloadBytes);
        var clock = Stopwatch.StartNew();
        using var second1 = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (clock.Elapsed < partition)
        {
            foreach (var channel in new[] { a, b })
            {
                await NetworkNodes.FillAsync(channel, headers, Math.Max(100, perSecond / 2), payload, cancellationToken);
                published += Math.Max(100, perSecond / 2) / 100 * 100;
            }

            await second1.WaitForNextTickAsync(cancellationToken);
        }

        var backlog = (long)(await NetworkNodes.EntriesAsync(a, cancellationToken) + await NetworkNodes.EntriesAsync(b, cancellationToken));
        toFirst.Mend();
        toSecond.Mend();
        var heal = Stopwatch.StartNew();
        await NetworkNodes.UntilAsync(async () =>
            (long)await NetworkNodes.EntriesAsync(a, cancellationToken) >= published && (long)await NetworkNodes.EntriesAsync(b, cancellationToken) >= published, cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{clock.Elapsed.TotalSeconds - heal.Elapsed.TotalSeconds:0} s apart, {published} entries published on both sides ({backlog} held before healing): the same on both {heal.Elapsed.TotalSeconds:0.0} s after the cut was mended; backlog / 30,000 per s would be {published / 60_000.0:0.0} s"));
        return 0;
    }
}
