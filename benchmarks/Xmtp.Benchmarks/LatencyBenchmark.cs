using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Benchmarks;

/// <summary>
/// From the start of a publish to its arrival on a stream, at the node that took it and at another one, at half of what the node can
/// take; beside it what one fsync takes on the same disk in the same run.
/// </summary>
internal static class LatencyBenchmark
{
    public static async Task<int> RunAsync(int payloadBytes, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var scratch = new Scratch();
        await using var first = await ServerProcess.StartNetworkNodeAsync(scratch["first"], 0, 0, cancellationToken);
        await using var second = await ServerProcess.StartNetworkNodeAsync(scratch["second"], first.NetworkPort, 0, cancellationToken);
        using GrpcChannel here = GrpcChannel.ForAddress(first.Address), there = GrpcChannel.ForAddress(second.Address);
        var headers = await Tokens.CreateHeadersAsync(cancellationToken);
        await NetworkNodes.LinkedAsync(here, 1, cancellationToken);
        await NetworkNodes.ReadyAsync(here, headers, cancellationToken);

        var api = new MessageApi.MessageApiClient(here);
        var payload = RandomNumberGenerator.GetBytes(payloadBytes);
        var startNs = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        var capacity = await Load.RunAsync(64, TimeSpan.FromSeconds(5),
            index => api.PublishAsync(PublishBenchmark.NewRequest(payload, startNs + (ulong)index), headers, cancellationToken: cancellationToken).ResponseAsync, cancellationToken);
        var fsync = MeasureFsync(scratch["fsync"]);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (same, other) = (new ConcurrentBag<double>(), new ConcurrentBag<double>());
        Task[] readers = [ReadAsync(here, same, stop.Token), ReadAsync(there, other, stop.Token)];
        await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);
        var rate = capacity.PerSecond / 2;
        await PublishSteadilyAsync(api, headers, payload, rate, duration, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll(readers);

        Report("fsync", fsync, fsync);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"capacity {capacity.PerSecond:0}/s with a second node following; measured at {rate:0}/s, {payloadBytes} bytes a message"));
        Report("same node", [.. same.Order()], fsync);
        Report("another node", [.. other.Order()], fsync);
        return 0;
    }

    private static async Task PublishSteadilyAsync(MessageApi.MessageApiClient api, Metadata headers, byte[] payload, double rate, TimeSpan duration, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var calls = new List<Task>();
        for (long sent = 0; clock.Elapsed < duration;)
        {
            // By the clock, not by answers: a slow answer must not thin out the load that others see.
            for (var due = (long)(clock.Elapsed.TotalSeconds * rate); sent < due; sent++)
            {
                var message = (byte[])payload.Clone();
                BinaryPrimitives.WriteInt64LittleEndian(message, Stopwatch.GetTimestamp());
                var request = PublishBenchmark.NewRequest(message, (ulong)Stopwatch.GetTimestamp() + (ulong)sent);
                calls.Add(api.PublishAsync(request, headers, cancellationToken: cancellationToken).ResponseAsync);
            }

            await Task.Delay(1, cancellationToken);
        }

        await Task.WhenAll(calls);
    }

    private static async Task ReadAsync(GrpcChannel channel, ConcurrentBag<double> latencies, CancellationToken cancellationToken)
    {
        try
        {
            using var call = new MessageApi.MessageApiClient(channel).SubscribeAll(new SubscribeAllRequest(), cancellationToken: cancellationToken);
            await foreach (var envelope in call.ResponseStream.ReadAllAsync(cancellationToken))
                latencies.Add(Stopwatch.GetElapsedTime(BinaryPrimitives.ReadInt64LittleEndian(envelope.Message.Span)).TotalMilliseconds);
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            // The measurement is over.
        }
    }

    private static double[] MeasureFsync(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, options: FileOptions.None);
        var block = new byte[4096];
        var times = new double[1000];
        for (var i = 0; i < times.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, block, (long)i * block.Length);
            RandomAccess.FlushToDisk(file);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    private static void Report(string what, double[] sorted, double[] fsync)
    {
        double At(double[] values, double rank) => values.Length == 0 ? double.NaN : values[Math.Min(values.Length - 1, (int)(values.Length * rank))];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-14} p50 {At(sorted, 0.5),7:0.00} ms   p99 {At(sorted, 0.99),7:0.00} ms   p99 above fsync {At(sorted, 0.99) - At(fsync, 0.99),7:0.00} ms   ({sorted.Length} samples)"));
    }
}
