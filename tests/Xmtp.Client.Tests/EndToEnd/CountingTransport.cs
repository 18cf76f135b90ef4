using System.Runtime.CompilerServices;
using Xmtp.Client.Transport;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Tests.EndToEnd;

/// <summary>A connection to a real node that counts what it brings, and can be told to lose answers.</summary>
internal sealed class CountingTransport(Uri node) : IMessageTransport
{
    private readonly GrpcTransport _inner = new(node, new GrpcTransportOptions());
    private int _queried;
    private int _streamed;

    /// <summary>Envelopes that queries brought.</summary>
    public int Queried => Volatile.Read(ref _queried);

    /// <summary>Envelopes that subscriptions brought, marks left out.</summary>
    public int Streamed => Volatile.Read(ref _streamed);

    public Task<AckLevel?> PublishAsync(PublishRequest request, string authorization, AckLevel acknowledgement = default, CancellationToken cancellationToken = default) =>
        _inner.PublishAsync(request, authorization, acknowledgement, cancellationToken);

    public async Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default) =>
        Count(await _inner.QueryAsync(request, cancellationToken));

    public async Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default)
    {
        var answer = await _inner.BatchQueryAsync(request, cancellationToken);
        foreach (var response in answer.Responses) Count(response);
        return answer;
    }

    public async Task<IEnvelopeSubscription> SubscribeAsync(IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default) =>
        new Subscription(this, await _inner.SubscribeAsync(topics, position, cancellationToken));

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private QueryResponse Count(QueryResponse response)
    {
        Interlocked.Add(ref _queried, response.Envelopes.Count);
        return response;
    }

    private sealed class Subscription(CountingTransport transport, IEnvelopeSubscription inner) : IEnvelopeSubscription
    {
        public string? Position => inner.Position;

        public bool IsContinued => inner.IsContinued;

        public bool NoticesLoss => inner.NoticesLoss;

        public Task ReplaceTopicsAsync(IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default) =>
            inner.ReplaceTopicsAsync(topics, position, cancellationToken);

        public async IAsyncEnumerable<Envelope> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var envelope in inner.ReadAllAsync(cancellationToken))
            {
                if (!NodeMetadata.IsMark(envelope)) Interlocked.Increment(ref transport._streamed);
                yield return envelope;
            }
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
