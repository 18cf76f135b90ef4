using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestCluster.Processes;

namespace Xmtp.TestCluster.Loads;

/// <summary>
/// Writers that publish without end and write down what was acknowledged. Each has a node; when that fails it sends the same
/// envelopes again, here or elsewhere, as clients do, so that one envelope may come to stand in several logs.
/// </summary>
public sealed class PublishLoad : IAsyncDisposable
{
    private const string AckName = "xmtp-ack";
    private const int TriesMax = 4;

    private static int s_lastRun;

    private readonly Cluster _cluster;
    private readonly Ledger _ledger;
    private readonly LoadOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _publishers;
    private readonly int _run = Interlocked.Increment(ref s_lastRun);
    private long _nextNs = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private PublishLoad(Cluster cluster, Ledger ledger, LoadOptions options)
    {
        (_cluster, _ledger, _options) = (cluster, ledger, options);
        _publishers = Task.WhenAll(Enumerable.Range(0, options.Publishers).Select(index => Task.Run(() => PublishAsync(index))));
    }

    /// <summary>Begins.</summary>
    public static PublishLoad Start(Cluster cluster, Ledger ledger, LoadOptions? options = null) => new(cluster, ledger, options ?? new LoadOptions());

    /// <summary>Returns when so many more envelopes were acknowledged.</summary>
    public async Task MoreAsync(int count)
    {
        var enough = _ledger.Acknowledged + count;
        await Until.TrueAsync(() => Task.FromResult(_ledger.Acknowledged >= enough), ClusterNode.Patience, $"{count} more acknowledgements; {enough - _ledger.Acknowledged} are missing");
    }

    /// <summary>Ends it; requests under way are finished.</summary>
    public async Task StopAsync()
    {
        if (!_stop.IsCancellationRequested) await _stop.CancelAsync();
        await _publishers;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task PublishAsync(int index)
    {
        var random = new Random(_options.Seed + index);
        var home = index;
        try
        {
            while (true)
            {
                var request = MakeRequest(index, random, out var attempts);
                var level = random.NextDouble() < _options.PeersShare ? 1 : 0;
                for (var tries = 0; tries < TriesMax; tries++)
                {
                    if (_cluster.Running is { Count: > 0 } running && await TryAsync(running[home % running.Count], request, attempts, level)) break;
                    // Half of them come back with the same envelopes, the others go elsewhere.
                    if (random.Next(2) == 0) home = random.Next(1 << 16);
                    await Pause.ForAsync(_options.Rest, _stop.Token);
                }

                await Pause.ForAsync(_options.Rest, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Enough.
        }
    }

    private PublishRequest MakeRequest(int index, Random random, out List<Attempt> attempts)
    {
        attempts = [];
        var request = new PublishRequest();
        for (var i = random.Next(1, _options.BatchMax + 1); i > 0; i--)
        {
            var message = new byte[random.Next(16, _options.MessageMaxBytes)];
            random.NextBytes(message);
            var envelope = new Envelope
            {
                ContentTopic = string.Create(CultureInfo.InvariantCulture, $"/xmtp/0/load-{_run}-{index}/proto"),
                TimestampNs = (ulong)Interlocked.Increment(ref _nextNs),
                Message = UnsafeByteOperations.UnsafeWrap(message),
            };
            attempts.Add(_ledger.Begin(envelope.ContentTopic, envelope.TimestampNs, message));
            request.Envelopes.Add(envelope);
        }

        return request;
    }

    private async Task<bool> TryAsync(ClusterNode node, PublishRequest request, IReadOnlyCollection<Attempt> attempts, int peers)
    {
        try
        {
            var headers = peers == 0 ? [] : new Metadata { { AckName, string.Create(CultureInfo.InvariantCulture, $"peers:{peers}") } };
            using var call = node.Api.PublishAsync(request, headers, (TimeProvider.System.GetUtcNow() + _options.Patience).UtcDateTime);
            await call.ResponseAsync;
            _ledger.Acknowledge(attempts, node.Index, ReachedPeers(call.GetTrailers()));
            return true;
        }
        catch (Exception e) when (e is RpcException or ObjectDisposedException or InvalidOperationException)
        {
            // Whether it is stored is not known: it may be there, and need not.
            return false;
        }
    }

    private static int ReachedPeers(Metadata trailers) =>
        trailers.GetValue(AckName) is { } level && level.StartsWith("peers:", StringComparison.Ordinal) ? int.Parse(level.AsSpan(6), CultureInfo.InvariantCulture) : 0;
}
