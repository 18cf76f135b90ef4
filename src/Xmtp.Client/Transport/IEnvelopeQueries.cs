using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>
/// Reads what is stored. A subscription of a transport over several nodes implements this too, and asks its own node: what
/// that node has not got yet comes live on the subscription, so that the two together have no gap.
/// </summary>
public interface IEnvelopeQueries
{
    /// <summary>Reads one page.</summary>
    Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default);

    /// <summary>Reads the first page of up to <see cref="Protocol.Limits.BatchQueriesMax"/> queries.</summary>
    Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default);
}
