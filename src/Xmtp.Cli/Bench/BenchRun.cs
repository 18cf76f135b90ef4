using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Threading.Channels;
using Google.Protobuf;
using Xmtp.Cli.Output;
using Xmtp.Client.Transport;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Cli.Bench;

/// <summary>One measurement of one node, by an account that exists for it alone.</summary>
internal sealed class BenchRun : IAsyncDisposable
{
    private const int QueryRows = 10;

    private readonly BenchOptions _options;
    private readonly Action _onCall;
    private readonly GrpcTransport _node;
    private readonly GrpcTransport _reader;
    private readonly string _token;
    private readonly string _topic = Topic.DirectMessageV2($"bench-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}").Value;
    private readonly ulong _firstNs;
    private int _sent;

    private BenchRun(Uri node, BenchOptions options, Action onCall, string token)
    {
        (_options, _onCall, _token) = (options, onCall, token);
        _node = new GrpcTransport(node);

        // Whoever reads is somebody else, with a connection of their own.
        _reader = new GrpcTransport(node);
        _firstNs = (ulong)options.Time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
    }

    /// <summary>Makes the account.</summary>
    public static async Task<BenchRun> StartAsync(Uri node, BenchOptions options, Action onCall, CancellationToken cancellationToken)
    {
        using var wallet = PrivateKeyWallet.Generate();
        using var keys = await PrivateKeyBundle.CreateAsync(wallet, options.Time, CryptoProvider.Default, cancellationToken: cancellationToken);
        return new BenchRun(node, options, onCall, PublishToken.CreateHeader(keys, options.Time.GetUtcNow()));
    }

    /// <summary>Measures part after part, until the node asks for a pause.</summary>
    public async IAsyncEnumerable<BenchOutput> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What connecting costs is no part of any call.
        await QueryAsync(cancellationToken);
        var publish = await ManyAsync("publish", _options.Messages, PublishAsync, cancellationToken);
        yield return publish;
        if (publish.LimitReached) yield break;
        var query = await ManyAsync("query", _options.ShortPart, QueryAsync, cancellationToken);
        yield return query;
        if (!query.LimitReached) yield return await StreamAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _reader.DisposeAsync();
    }

    private async Task<BenchOutput> ManyAsync(string part, int count, Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        var times = new Latencies();
        var left = count;
        var limited = false;
        var began = _options.Time.GetTimestamp();
        var concurrency = Math.Min(_options.Concurrency, count);
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(async _ =>
        {
            while (!Volatile.Read(ref limited) && Interlocked.Decrement(ref left) >= 0)
                if (!await TimeAsync(times, call, cancellationToken)) Volatile.Write(ref limited, true);
        }));
        return ToOutput(part, times, concurrency, _options.Time.GetElapsedTime(began), limited);
    }

    /// <summary>Publishes one after the other, and waits for each on a stream.</summary>
    private async Task<BenchOutput> StreamAsync(CancellationToken cancellationToken)
    {
        var times = new Latencies();
        var limited = false;
        await using var subscription = await _reader.SubscribeAsync([_topic], cancellationToken: cancellationToken);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var arrived = Channel.CreateUnbounded<ulong>();
        var pump = PumpAsync(subscription, arrived.Writer, reading.Token);
        var began = _options.Time.GetTimestamp();
        for (var i = 0; i < _options.ShortPart && !limited; i++)
        {
            limited = !await TimeAsync(times, async limit =>
            {
                var sent = Next();
                await SendAsync(sent, limit);
                await WaitAsync(arrived.Reader, sent.TimestampNs, limit);
            }, cancellationToken);
        }

        await reading.CancelAsync();
        await pump;
        return ToOutput("stream", times, 1, _options.Time.GetElapsedTime(began), limited);
    }

    /// <summary>Passes on when each message came.</summary>
    private async Task PumpAsync(IEnvelopeSubscription subscription, ChannelWriter<ulong> arrived, CancellationToken cancellationToken)
    {
        try
        {
            // Positions come on the stream too.
            await foreach (var envelope in subscription.ReadAllAsync(cancellationToken))
                if (envelope.ContentTopic == _topic) arrived.TryWrite(envelope.TimestampNs);
            arrived.TryComplete(new NodeException(ErrorCatalogue.Unavailable, "the node ended the stream"));
        }
        catch (Exception failure) when (failure is NodeException or OperationCanceledException)
        {
            arrived.TryComplete(failure);
        }
    }

    private static async Task WaitAsync(ChannelReader<ulong> arrived, ulong timestamp, CancellationToken cancellationToken)
    {
        try
        {
            while (await arrived.ReadAsync(cancellationToken) != timestamp)
            {
                // One that was published before the subscription, told late.
            }
        }
        catch (ChannelClosedException closed) when (closed.InnerException is { } cause)
        {
            throw cause;
        }
    }

    /// <summary>Makes a call and notes how long it took.</summary>
    /// <returns>False when the node asks for a pause instead.</returns>
    private async Task<bool> TimeAsync(Latencies times, Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.Patience);
        var began = _options.Time.GetTimestamp();
        try
        {
            await call(limit.Token);
        }
        catch (NodeException failure) when (failure.Code == ErrorCatalogue.RateLimited)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NodeException(ErrorCatalogue.DeadlineExceeded, $"no answer within {_options.Patience.TotalSeconds:0} s");
        }

        times.Add(_options.Time.GetElapsedTime(began));
        _onCall();
        return true;
    }

    private Task PublishAsync(CancellationToken cancellationToken) => SendAsync(Next(), cancellationToken);

    private Task<AckLevel?> SendAsync(Envelope envelope, CancellationToken cancellationToken) =>
        _node.PublishAsync(new PublishRequest { Envelopes = { envelope } }, _token, cancellationToken: cancellationToken);

    private Task QueryAsync(CancellationToken cancellationToken) => _node.QueryAsync(
        new QueryRequest { ContentTopics = { _topic }, PagingInfo = new PagingInfo { Limit = QueryRows, Direction = SortDirection.Descending } }, cancellationToken);

    /// <summary>Random bytes look like ciphertext; each has a time of its own, by which it is known again.</summary>
    private Envelope Next() => new()
    {
        ContentTopic = _topic,
        TimestampNs = _firstNs + (ulong)Interlocked.Increment(ref _sent),
        Message = UnsafeByteOperations.UnsafeWrap(RandomNumberGenerator.GetBytes(_options.Size)),
    };

    private BenchOutput ToOutput(string part, Latencies times, int concurrency, TimeSpan elapsed, bool limited) => new(
        part, times.Count, concurrency, _options.Size, Math.Round(times.Count / Math.Max(elapsed.TotalSeconds, 1e-6), 1),
        Round(times.Percentile(0.5)), Round(times.Percentile(0.9)), Round(times.Percentile(0.99)), Round(times.Percentile(1)), limited);

    private static double Round(double milliseconds) => Math.Round(milliseconds, 2);
}
