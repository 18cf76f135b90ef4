using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Grpc.Net.Client;
using RocksDbSharp;

namespace Xmtp.Benchmarks;

/// <summary>How fast a joining node takes over what the others hold, beside bare synced writes of the same bytes into the same kind of store.</summary>
internal static class CatchUpBenchmark
{
    private const int HeaderBytes = 290;

    public static async Task<int> RunAsync(int envelopes, int payloadBytes, CancellationToken cancellationToken)
    {
        using var scratch = new Scratch();
        var payload = RandomNumberGenerator.GetBytes(payloadBytes);
        await using var first = await ServerProcess.StartNetworkNodeAsync(scratch["first"], 0, 0, cancellationToken);
        using var source = GrpcChannel.ForAddress(first.Address);
        var headers = await Tokens.CreateHeadersAsync(cancellationToken);
        await NetworkNodes.ReadyAsync(source, headers, cancellationToken);
        await NetworkNodes.FillAsync(source, headers, envelopes, payload, cancellationToken);
        var total = await NetworkNodes.EntriesAsync(source, cancellationToken);

        var raw = RawWrites(scratch["raw"], envelopes, payload);
        await using var joiner = await ServerProcess.StartNetworkNodeAsync(scratch["joiner"], first.NetworkPort, 0, cancellationToken);
        using var target = GrpcChannel.ForAddress(joiner.Address);
        var clock = Stopwatch.StartNew();
        await NetworkNodes.UntilAsync(async () => await NetworkNodes.EntriesAsync(target, cancellationToken) >= total, cancellationToken);
        var rate = total / clock.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{total} entries of {payloadBytes} bytes: a joining node has all in {clock.Elapsed.TotalSeconds:0.0} s, {rate:0}/s; bare synced writes of 512 at once {raw:0}/s; ratio {rate / raw:0.00}"));
        return 0;
    }

    private static double RawWrites(string path, int count, byte[] payload)
    {
        using var options = new DisposableOptions();
        using var db = RocksDb.Open(options.Value, path);
        var sync = new WriteOptions().SetSync(true);
        var (header, key) = (RandomNumberGenerator.GetBytes(HeaderBytes), new byte[12]);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count;)
        {
            using var batch = new WriteBatch();
            for (var end = Math.Min(count, i + 512); i < end; i++)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(4), i);
                key[0] = 0;
                batch.Put(key, header);
                key[0] = 1;
                batch.Put(key, payload);
                // The index row: a key of 72 random bytes.
                batch.Put(RandomNumberGenerator.GetBytes(72), key);
            }

            db.Write(batch, sync);
        }

        return count / clock.Elapsed.TotalSeconds;
    }

    private sealed class DisposableOptions : IDisposable
    {
        public DbOptions Value { get; } = new DbOptions().SetCreateIfMissing(true);

        public void Dispose() => GC.KeepAlive(Value);
    }
}
