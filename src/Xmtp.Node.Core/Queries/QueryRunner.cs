using System.Runtime.ExceptionServices;
using Google.Protobuf;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Telemetry;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Queries;

/// <summary>Answers queries from the store.</summary>
internal sealed class QueryRunner(IEnvelopeStore store, MessageServiceOptions options, TimeProvider time, NodeMetrics metrics)
{
    private readonly MessageServiceOptions _options = options;

    /// <summary>Answers one query.</summary>
    public async Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken) =>
        await RunAsync(QueryPlan.Create(request, _options.ResponseBytesMax), cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Answers several queries side by side. All are checked before the first runs; the first failure, in the order of the
    /// requests, is the batch's and keeps its code.
    /// </summary>
    public async Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken)
    {
        var requests = request.Requests;
        if (requests.Count > Limits.BatchQueriesMax)
            throw new XmtpException(ErrorCatalogue.BatchTooLarge, "cannot exceed 50 requests in single batch");
        var plans = new QueryPlan[requests.Count];
        for (var i = 0; i < plans.Length; i++) plans[i] = QueryPlan.Create(requests[i], _options.ResponseBytesMax);

        var batch = new Batch(this, plans, cancellationToken);
        await batch.RunAsync().ConfigureAwait(false);
        return new BatchQueryResponse { Responses = { batch.Responses } };
    }

    private async Task<QueryResponse> RunAsync(QueryPlan plan, CancellationToken cancellationToken)
    {
        using var activity = NodeTelemetry.Activities.StartActivity("query");
        var started = time.GetTimestamp();
        ErrorCode? error = null;
        IReadOnlyList<StoredEnvelope> rows = [];
        try
        {
            if (plan.Query is not null) rows = await store.QueryAsync(plan.Query, cancellationToken).ConfigureAwait(false);
        }
        catch (XmtpException e)
        {
            error = e.Code;
            throw;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            error = ErrorCatalogue.StorageFailed;
            throw new XmtpException(ErrorCatalogue.StorageFailed, "The store failed while it was read.", e);
        }
        finally
        {
            metrics.Queried(plan.Topic, rows.Count, time.GetElapsedTime(started), error);
        }

        return Respond(plan, rows);
    }

    private static QueryResponse Respond(QueryPlan plan, IReadOnlyList<StoredEnvelope> rows)
    {
        var paging = new PagingInfo { Direction = plan.Descending ? SortDirection.Descending : SortDirection.Ascending };
        if (rows.Count >= plan.PageSize)
        {
            var last = rows[^1].Key;
            paging.Limit = (uint)Math.Min(plan.PageSize, Limits.PageSizeMax);
            paging.Cursor = new Cursor
            {
                Index = new IndexCursor { SenderTimeNs = last.SenderTimeNs, Digest = UnsafeByteOperations.UnsafeWrap(last.Digest.ToArray()) },
            };
        }

        var response = new QueryResponse { PagingInfo = paging };
        response.Envelopes.Capacity = rows.Count;
        foreach (var row in rows)
        {
            response.Envelopes.Add(new Envelope
            {
                ContentTopic = row.Topic,
                TimestampNs = row.Key.SenderTimeNs,
                // The store's bytes never change, so the answer shares them.
                Message = UnsafeByteOperations.UnsafeWrap(row.Payload),
            });
        }

        return response;
    }

    /// <summary>The queries of one batch under way.</summary>
    private sealed class Batch(QueryRunner runner, QueryPlan[] plans, CancellationToken cancellationToken)
    {
        private readonly Exception?[] _failures = new Exception?[plans.Length];
        private volatile bool _failed;
        private long _bytes;
        private int _next = -1;

        public QueryResponse[] Responses { get; } = new QueryResponse[plans.Length];

        public async Task RunAsync()
        {
            var workers = new Task[Math.Min(plans.Length, runner._options.BatchQueryParallelism)];
            for (var i = 0; i < workers.Length; i++) workers[i] = Task.Run(WorkAsync, CancellationToken.None);
            await Task.WhenAll(workers).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (_failures.FirstOrDefault(static failure => failure is not null) is { } first) ExceptionDispatchInfo.Throw(first);
        }

        private async Task WorkAsync()
        {
            while (!_failed && !cancellationToken.IsCancellationRequested && Interlocked.Increment(ref _next) is var i && i < plans.Length)
            {
                try
                {
                    Responses[i] = await runner.RunAsync(plans[i], cancellationToken).ConfigureAwait(false);
                    long size = 0;
                    foreach (var envelope in Responses[i].Envelopes) size += envelope.Message.Length;
                    if (Interlocked.Add(ref _bytes, size) > runner._options.ResponseBytesMax)
                        throw PageCollector.TooLong(runner._options.ResponseBytesMax);
                }
                catch (Exception e)
                {
                    // Kept, so that the batch can answer with the first failure in the order of its queries.
                    _failures[i] = e;
                    _failed = true;
                }
            }
        }
    }
}
