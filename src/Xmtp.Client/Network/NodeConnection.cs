using System.Runtime.CompilerServices;
using Xmtp.Client.Diagnostics;
using Xmtp.Client.Transport;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Network;

/// <summary>The network as the rest of the client sees it: failures are repeated, cursors followed, batches split. Safe for concurrent use.</summary>
internal sealed class NodeConnection(IMessageTransport transport, Retries retries) : IAsyncDisposable
{
    // A stream whose node is asked in vain has a better way out than waiting: another node.
    private const int RepeatsBesideMax = 1;

    public Retries Retries => retries;

    public ClientMetrics Metrics => retries.Metrics;

    /// <returns>The level that was reached, if the node said.</returns>
    public Task<AckLevel?> PublishAsync(PublishRequest request, string authorization, AckLevel acknowledgement, CancellationToken cancellationToken) =>
        retries.RunAsync("Publish", token => transport.PublishAsync(request, authorization, acknowledgement, token), cancellationToken);

    /// <summary>Opens a subscription, without repeats: who keeps it alive knows better when to try again.</summary>
    public async Task<IEnvelopeSubscription> SubscribeAsync(IReadOnlyCollection<string> topics, string? position, CancellationToken cancellationToken)
    {
        using var activity = ClientActivities.Connect(topics.Count);
        try
        {
            return await transport.SubscribeAsync(topics, position, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            activity.Fail(failure);
            throw;
        }
    }

    /// <summary>All envelopes of a topic within a range, page by page. A page is asked for when the reader comes to it; none is empty.</summary>
    public async IAsyncEnumerable<IReadOnlyList<Envelope>> ReadPagesAsync(
        string topic, EnvelopeRange range, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reader = new PageReader(topic, range);
        while (!reader.IsFinished)
        {
            var page = await reader.NextAsync(QueryFrom(transport), cancellationToken).ConfigureAwait(false);
            if (page.Count > 0) yield return page;
        }
    }

    /// <summary>All envelopes of a topic within a range.</summary>
    public async IAsyncEnumerable<Envelope> ReadAsync(
        string topic, EnvelopeRange range, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var page in ReadPagesAsync(topic, range, cancellationToken).ConfigureAwait(false))
        {
            foreach (var envelope in page) yield return envelope;
        }
    }

    /// <summary>The first page of each topic, asked for in batches. Pages come in the order of the topics and may be empty.</summary>
    public IAsyncEnumerable<(PageReader Reader, IReadOnlyList<Envelope> Page)> ReadFirstPagesAsync(
        IEnumerable<(string Topic, EnvelopeRange Range)> queries, CancellationToken cancellationToken = default) =>
        ReadFirstPagesAsync(queries, transport, cancellationToken);

    /// <summary>All envelopes of many topics from a time on, ascending within each topic.</summary>
    /// <param name="topics">The topics, each with the earliest time.</param>
    /// <param name="beside">A subscription whose node is asked, so that history and what comes live have no gap between them; null for any node.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<Envelope> ReadManyAsync(
        IEnumerable<(string Topic, ulong StartNs)> topics, IEnvelopeSubscription? beside = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var node = beside as IEnvelopeQueries ?? transport;
        var queries = topics.Select(static query => (query.Topic, new EnvelopeRange(query.StartNs)));
        await foreach (var (reader, first) in ReadFirstPagesAsync(queries, node, cancellationToken).ConfigureAwait(false))
        {
            for (var page = first; ; page = await reader.NextAsync(QueryFrom(node), cancellationToken).ConfigureAwait(false))
            {
                foreach (var envelope in page) yield return envelope;
                if (reader.IsFinished) break;
            }
        }
    }

    public ValueTask DisposeAsync() => transport.DisposeAsync();

    private async IAsyncEnumerable<(PageReader Reader, IReadOnlyList<Envelope> Page)> ReadFirstPagesAsync(
        IEnumerable<(string Topic, EnvelopeRange Range)> queries, IEnvelopeQueries node, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var batch in queries.Select(static query => new PageReader(query.Topic, query.Range)).Chunk(Limits.BatchQueriesMax))
        {
            var responses = batch.Length > 1 ? await TryBatchAsync(batch, node, cancellationToken).ConfigureAwait(false) : null;
            for (var i = 0; i < batch.Length; i++)
            {
                var page = responses is null
                    ? await batch[i].NextAsync(QueryFrom(node), cancellationToken).ConfigureAwait(false)
                    : batch[i].Accept(responses[i]);
                yield return (batch[i], page);
            }
        }
    }

    /// <summary>Null when the answer does not fit: the queries are asked one by one then.</summary>
    private async Task<IReadOnlyList<QueryResponse>?> TryBatchAsync(PageReader[] readers, IEnvelopeQueries node, CancellationToken cancellationToken)
    {
        var request = new BatchQueryRequest();
        foreach (var reader in readers) request.Requests.Add(reader.NextRequest);
        BatchQueryResponse response;
        try
        {
            response = await AskAsync(
                "BatchQuery", readers.Length, token => node.BatchQueryAsync(request, token), node, cancellationToken).ConfigureAwait(false);
        }
        catch (NodeException failure) when (failure.Code == ErrorCatalogue.ResponseTooLarge)
        {
            return null;
        }

        return response.Responses.Count == readers.Length
            ? response.Responses
            : throw new NodeException(ErrorCatalogue.Internal, $"the node answered {response.Responses.Count} of {readers.Length} queries");
    }

    private Func<QueryRequest, CancellationToken, Task<QueryResponse>> QueryFrom(IEnvelopeQueries node) => (request, cancellationToken) =>
        AskAsync("Query", 1, token => node.QueryAsync(request, token), node, cancellationToken);

    private async Task<T> AskAsync<T>(
        string call, int topics, Func<CancellationToken, Task<T>> ask, IEnvelopeQueries node, CancellationToken cancellationToken)
    {
        using var activity = ClientActivities.Query(topics);
        var started = retries.Time.GetTimestamp();
        try
        {
            var answer = await retries.RunAsync(call, ask, cancellationToken, RepeatsMax(node)).ConfigureAwait(false);
            Metrics.Queried(call, retries.Time.GetElapsedTime(started));
            return answer;
        }
        catch (Exception failure)
        {
            Metrics.QueryFailed(call, failure, retries.Time.GetElapsedTime(started));
            activity.Fail(failure);
            throw;
        }
    }

    private int? RepeatsMax(IEnvelopeQueries node) => ReferenceEquals(node, transport) ? null : RepeatsBesideMax;
}
