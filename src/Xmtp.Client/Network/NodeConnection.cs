using System.Runtime.CompilerServices;
using Xmtp.Client.Transport;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Network;

/// <summary>The network as the rest of the client sees it: failures are repeated, cursors followed, batches split. Safe for concurrent use.</summary>
internal sealed class NodeConnection(IMessageTransport transport, Retries retries) : IAsyncDisposable
{
    public Retries Retries => retries;

    public Task PublishAsync(PublishRequest request, string authorization, CancellationToken cancellationToken) => retries.RunAsync(
        "Publish",
        async token =>
        {
            await transport.PublishAsync(request, authorization, token).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>Opens a subscription, without repeats: who keeps it alive knows better when to try again.</summary>
    public Task<IEnvelopeSubscription> SubscribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken) =>
        transport.SubscribeAsync(topics, cancellationToken);

    /// <summary>All envelopes of a topic within a range, page by page. A page is asked for when the reader comes to it; none is empty.</summary>
    public async IAsyncEnumerable<IReadOnlyList<Envelope>> ReadPagesAsync(
        string topic, EnvelopeRange range, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reader = new PageReader(topic, range);
        while (!reader.IsFinished)
        {
            var page = await reader.NextAsync(QueryAsync, cancellationToken).ConfigureAwait(false);
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
    public async IAsyncEnumerable<(PageReader Reader, IReadOnlyList<Envelope> Page)> ReadFirstPagesAsync(
        IEnumerable<(string Topic, EnvelopeRange Range)> queries, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var batch in queries.Select(static query => new PageReader(query.Topic, query.Range)).Chunk(Limits.BatchQueriesMax))
        {
            var responses = batch.Length > 1 ? await TryBatchAsync(batch, cancellationToken).ConfigureAwait(false) : null;
            for (var i = 0; i < batch.Length; i++)
            {
                var page = responses is null
                    ? await batch[i].NextAsync(QueryAsync, cancellationToken).ConfigureAwait(false)
                    : batch[i].Accept(responses[i]);
                yield return (batch[i], page);
            }
        }
    }

    /// <summary>All envelopes of many topics from a time on, ascending within each topic.</summary>
    public async IAsyncEnumerable<Envelope> ReadManyAsync(
        IEnumerable<(string Topic, ulong StartNs)> topics, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var queries = topics.Select(static query => (query.Topic, new EnvelopeRange(query.StartNs)));
        await foreach (var (reader, first) in ReadFirstPagesAsync(queries, cancellationToken).ConfigureAwait(false))
        {
            for (var page = first; ; page = await reader.NextAsync(QueryAsync, cancellationToken).ConfigureAwait(false))
            {
                foreach (var envelope in page) yield return envelope;
                if (reader.IsFinished) break;
            }
        }
    }

    public ValueTask DisposeAsync() => transport.DisposeAsync();

    /// <summary>Null when the answer does not fit: the queries are asked one by one then.</summary>
    private async Task<IReadOnlyList<QueryResponse>?> TryBatchAsync(PageReader[] readers, CancellationToken cancellationToken)
    {
        var request = new BatchQueryRequest();
        foreach (var reader in readers) request.Requests.Add(reader.NextRequest);
        BatchQueryResponse response;
        try
        {
            response = await retries.RunAsync("BatchQuery", token => transport.BatchQueryAsync(request, token), cancellationToken).ConfigureAwait(false);
        }
        catch (NodeException failure) when (failure.Code == ErrorCatalogue.ResponseTooLarge)
        {
            return null;
        }

        return response.Responses.Count == readers.Length
            ? response.Responses
            : throw new NodeException(ErrorCatalogue.Internal, $"the node answered {response.Responses.Count} of {readers.Length} queries");
    }

    private Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken) =>
        retries.RunAsync("Query", token => transport.QueryAsync(request, token), cancellationToken);
}
