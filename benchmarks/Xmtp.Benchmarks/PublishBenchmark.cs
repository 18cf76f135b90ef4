using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Net.Client;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Benchmarks;

/// <summary>Durable publishes beside a bare gRPC echo of the same request, turn by turn in one run.</summary>
internal static class PublishBenchmark
{
    public static async Task<int> RunAsync(int inFlight, int payloadBytes, int rounds, TimeSpan roundTime, CancellationToken cancellationToken)
    {
        var dataDirectory = Directory.CreateTempSubdirectory("xmtp-bench-").FullName;
        try
        {
            await using var node = await ServerProcess.StartNodeAsync(dataDirectory, cancellationToken);
            await using var echo = await ServerProcess.StartEchoAsync(cancellationToken);
            using var nodeChannel = GrpcChannel.ForAddress(node.Address);
            using var echoChannel = GrpcChannel.ForAddress(echo.Address);
            var api = new MessageApi.MessageApiClient(nodeChannel);
            var baseline = new Echo.EchoClient(echoChannel);
            var headers = await Tokens.CreateHeadersAsync(cancellationToken);
            var payload = RandomNumberGenerator.GetBytes(payloadBytes);
            var startNs = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
            ulong unique = 0;

            PublishRequest Request() => NewRequest(payload, startNs + Interlocked.Increment(ref unique));
            double PerCall(TimeSpan processor, LoadResult load) => processor.TotalMicroseconds / load.Calls;
            Task EchoOnce(long _) => baseline.EchoAsync(Request(), headers, cancellationToken: cancellationToken).ResponseAsync;
            Task PublishOnce(long _) => api.PublishAsync(Request(), headers, cancellationToken: cancellationToken).ResponseAsync;

            // Until both are compiled for good: after three seconds a node still takes half as much time again for a call.
            var warmUp = TimeSpan.FromSeconds(10);
            await Load.RunAsync(inFlight, warmUp, EchoOnce, cancellationToken);
            await Load.RunAsync(inFlight, warmUp, PublishOnce, cancellationToken);

            Console.WriteLine($"{inFlight} in flight, {payloadBytes} bytes a message, {rounds} rounds of {roundTime.TotalSeconds:0} s");
            Console.WriteLine("round      echo/s   p99 ms   us CPU   publish/s   p99 ms   us CPU   ratio");
            var ratios = new List<double>();
            for (var round = 1; round <= rounds; round++)
            {
                var echoTime = echo.ProcessorTime;
                var bare = await Load.RunAsync(inFlight, roundTime, EchoOnce, cancellationToken);
                echoTime = echo.ProcessorTime - echoTime;
                var nodeTime = node.ProcessorTime;
                var durable = await Load.RunAsync(inFlight, roundTime, PublishOnce, cancellationToken);
                nodeTime = node.ProcessorTime - nodeTime;
                ratios.Add(durable.PerSecond / bare.PerSecond);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{round,5} {bare.PerSecond,11:0} {bare.P99Ms,8:0.0} {PerCall(echoTime, bare),8:0.0} {durable.PerSecond,11:0} {durable.P99Ms,8:0.0} {PerCall(nodeTime, durable),8:0.0} {ratios[^1],7:0.00}"));
            }

            ratios.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median ratio {ratios[ratios.Count / 2]:0.00}"));
            return 0;
        }
        finally
        {
            Directory.Delete(dataDirectory, recursive: true);
        }
    }

    internal static PublishRequest NewRequest(byte[] payload, ulong timestampNs) => new()
    {
        Envelopes =
        {
            new Envelope
            {
                ContentTopic = string.Create(CultureInfo.InvariantCulture, $"/xmtp/0/m-{timestampNs % 100_000:x64}/proto"),
                TimestampNs = timestampNs,
                Message = UnsafeByteOperations.UnsafeWrap(payload),
            },
        },
    };
}
