using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Integration.Durability;

/// <summary>Several writers that publish without pause until the node is gone, and remember what it acknowledged.</summary>
internal sealed class PublishLoad(int run, int seed)
{
    private const int Writers = 4;
    private const int TopicsPerRun = 5;
    private const int MaximumBatch = 16;
    private const int MaximumMessageBytes = 2048;

    private readonly ConcurrentQueue<Envelope> acknowledged = new();
    private readonly ConcurrentQueue<Envelope> uncertain = new();
    private readonly ConcurrentQueue<Envelope> delivered = new();
    private readonly ConcurrentQueue<StatusCode> failures = new();
    private int acknowledgements;

    public IEnumerable<string> Topics => Enumerable.Range(0, TopicsPerRun).Select(TopicName);

    /// <summary>What the node said it has.</summary>
    public IReadOnlyCollection<Envelope> Acknowledged => acknowledged;

    /// <summary>What was under way when the node died: it may be there or not.</summary>
    public IReadOnlyCollection<Envelope> Uncertain => uncertain;

    /// <summary>What a live subscriber saw before the node died.</summary>
    public IReadOnlyCollection<Envelope> Delivered => delivered;

    /// <summary>How the writers' last requests failed.</summary>
    public IReadOnlyCollection<StatusCode> Failures => failures;

    /// <summary>How the subscription ended.</summary>
    public StatusCode StreamEnd { get; private set; }

    /// <summary>Publishes until the node is gone; <paramref name="enough"/> runs once after so many acknowledged requests.</summary>
    public async Task RunAsync(MessageApi.MessageApiClient api, int requestsBefore, Func<Task> enough, CancellationToken cancellationToken)
    {
        using var subscription = api.Subscribe(new SubscribeRequest { ContentTopics = { Topics } }, cancellationToken: cancellationToken);
        await subscription.ResponseHeadersAsync;
        await Task.WhenAll([
            ReadAsync(subscription.ResponseStream, cancellationToken),
            .. Enumerable.Range(0, Writers).Select(writer => WriteAsync(writer)),
        ]);

        async Task WriteAsync(int writer)
        {
            var random = new Random(unchecked((seed * 31) + (run * Writers) + writer));
            for (var number = 0; ; number++)
            {
                var request = NextRequest(random, writer, number);
                try
                {
                    await api.PublishAsync(request, cancellationToken: cancellationToken);
                }
                catch (RpcException failure) when (!cancellationToken.IsCancellationRequested)
                {
                    failures.Enqueue(failure.StatusCode);
                    foreach (var envelope in request.Envelopes)
                        uncertain.Enqueue(envelope);
                    return;
                }

                foreach (var envelope in request.Envelopes)
                    acknowledged.Enqueue(envelope);
                if (Interlocked.Increment(ref acknowledgements) == requestsBefore)
                    await enough();
            }
        }
    }

    private async Task ReadAsync(IAsyncStreamReader<Envelope> stream, CancellationToken cancellationToken)
    {
        try
        {
            while (await stream.MoveNext(cancellationToken))
                delivered.Enqueue(stream.Current);
        }
        catch (RpcException end) when (!cancellationToken.IsCancellationRequested)
        {
            // The node is gone, which is what this waits for.
            StreamEnd = end.StatusCode;
        }
    }

    private PublishRequest NextRequest(Random random, int writer, int number)
    {
        var request = new PublishRequest();
        for (var index = random.Next(1, MaximumBatch + 1); index > 0; index--)
        {
            var message = new byte[random.Next(16, MaximumMessageBytes)];
            random.NextBytes(message);
            request.Envelopes.Add(new Envelope
            {
                ContentTopic = TopicName(random.Next(TopicsPerRun)),
                // Few distinct times, so that many envelopes differ by digest alone.
                TimestampNs = (ulong)((run * 1_000_000L) + (number * Writers) + writer + 1),
                Message = ByteString.CopyFrom(message),
            });
        }

        return request;
    }

    private string TopicName(int index) => string.Create(CultureInfo.InvariantCulture, $"/xmtp/0/m-kill-{run}-{index}/proto");
}
