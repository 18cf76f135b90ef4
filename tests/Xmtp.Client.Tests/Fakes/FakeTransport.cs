using System.Collections.Concurrent;
using Xmtp.Client.Transport;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Tests.Fakes;

/// <summary>One client's connection to a <see cref="FakeNetwork"/>, which can be broken on purpose.</summary>
internal sealed class FakeTransport(FakeNetwork network) : INodeTransport
{
    public FakeNetwork Network => network;

    /// <summary>Called at the start of every call with its name; it may throw, or wait.</summary>
    public Func<string, CancellationToken, Task>? OnCall { get; set; }

    /// <summary>Changes answers before the client sees them.</summary>
    public Func<QueryRequest, QueryResponse, QueryResponse>? OnAnswer { get; set; }

    /// <summary>How often each live envelope is delivered.</summary>
    public int Copies { get; set; } = 1;

    /// <summary>Whether subscriptions say so when they are lost; otherwise they just fall silent.</summary>
    public bool NoticesLoss { get; set; } = true;

    /// <summary>Where the node says it stands when somebody subscribes; null for one that states no positions.</summary>
    public string? Position { get; set; }

    /// <summary>What the node says about the acknowledgement level it was asked for.</summary>
    public Func<AckLevel, AckLevel?> OnAcknowledge { get; set; } = static _ => null;

    /// <summary>The addresses it tells about; null when it does not know the question.</summary>
    public IReadOnlyList<string>? Peers { get; set; }

    public int SubscriptionBufferMax { get; set; } = 1024;

    /// <summary>The names of all calls, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>All publish requests with their tokens, also those that were refused.</summary>
    public ConcurrentQueue<(PublishRequest Request, string Authorization)> Publishes { get; } = new();

    /// <summary>The positions that subscriptions were to go on from.</summary>
    public ConcurrentQueue<string?> AskedPositions { get; } = new();

    /// <summary>The acknowledgement levels that were asked for.</summary>
    public ConcurrentQueue<AckLevel> AskedLevels { get; } = new();

    public ConcurrentQueue<QueryRequest> Queries { get; } = new();

    public ConcurrentDictionary<FakeSubscription, bool> Subscriptions { get; } = new();

    public bool IsDisposed { get; private set; }

    /// <summary>Makes the next calls of a name fail.</summary>
    public void FailNext(string call, params IEnumerable<Exception> failures)
    {
        var left = new ConcurrentQueue<Exception>(failures);
        OnCall = (name, _) => name == call && left.TryDequeue(out var failure) ? throw failure : Task.CompletedTask;
    }

    /// <summary>Loses all subscriptions of this client.</summary>
    public void LoseConnections(Exception? failure = null)
    {
        foreach (var subscription in Subscriptions.Keys)
        {
            network.Remove(subscription);
            if (NoticesLoss) subscription.Break(failure);
        }
    }

    public async Task<AckLevel?> PublishAsync(
        PublishRequest request, string authorization, AckLevel acknowledgement = default, CancellationToken cancellationToken = default)
    {
        Publishes.Enqueue((request.Clone(), authorization));
        AskedLevels.Enqueue(acknowledgement);
        await EnterAsync("Publish", cancellationToken);
        network.Publish(request.Envelopes);
        return OnAcknowledge(acknowledgement);
    }

    public async Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default)
    {
        Queries.Enqueue(request.Clone());
        await EnterAsync("Query", cancellationToken);
        return Answer(request);
    }

    public async Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default)
    {
        foreach (var query in request.Requests) Queries.Enqueue(query.Clone());
        await EnterAsync("BatchQuery", cancellationToken);
        if (request.Requests.Count > Limits.BatchQueriesMax) throw new NodeException(ErrorCatalogue.BatchTooLarge, "cannot exceed 50 requests in single batch");
        return new BatchQueryResponse { Responses = { request.Requests.Select(Answer) } };
    }

    public async Task<IReadOnlyList<string>?> GetPeersAsync(CancellationToken cancellationToken = default)
    {
        await EnterAsync("GetPeers", cancellationToken);
        return Peers;
    }

    public async Task<IEnvelopeSubscription> SubscribeAsync(
        IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default)
    {
        AskedPositions.Enqueue(position);
        await EnterAsync("Subscribe", cancellationToken);
        var subscription = new FakeSubscription(this, topics) { Position = Position, IsContinued = Position is not null && position is not null };
        Subscriptions[subscription] = true;
        network.Add(subscription);
        return subscription;
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    internal async Task EnterAsync(string call, CancellationToken cancellationToken)
    {
        Calls.Enqueue(call);
        cancellationToken.ThrowIfCancellationRequested();
        if (OnCall is { } act) await act(call, cancellationToken);
    }

    private QueryResponse Answer(QueryRequest request)
    {
        var answer = network.Query(request);
        return OnAnswer?.Invoke(request, answer) ?? answer;
    }
}
