using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Network;

/// <summary>Follows the cursor of one query. The next page is asked for when it is wanted, in smaller pieces if need be.</summary>
internal sealed class PageReader(string topic, EnvelopeRange range)
{
    private Cursor? _cursor;
    private int _pageSize = range.PageSize;

    public string Topic => topic;

    public bool IsFinished { get; private set; }

    /// <summary>The query for the next page.</summary>
    public QueryRequest NextRequest => range.ToRequest(topic, _pageSize, _cursor);

    /// <summary>Asks for the next page. It may be empty.</summary>
    public async Task<IReadOnlyList<Envelope>> NextAsync(
        Func<QueryRequest, CancellationToken, Task<QueryResponse>> query, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return Accept(await query(NextRequest, cancellationToken).ConfigureAwait(false));
            }
            catch (NodeException failure) when (failure.Code == ErrorCatalogue.ResponseTooLarge && _pageSize > 1)
            {
                _pageSize /= 2;
            }
        }
    }

    /// <summary>Takes the answer to <see cref="NextRequest"/>.</summary>
    /// <exception cref="NodeException">The node goes in circles.</exception>
    public IReadOnlyList<Envelope> Accept(QueryResponse response)
    {
        var next = response.PagingInfo?.Cursor;
        IsFinished = response.Envelopes.Count == 0 || next?.Index is null;
        if (!IsFinished && next!.Equals(_cursor)) throw new NodeException(ErrorCatalogue.Internal, $"the node repeats a page of {topic}");
        _cursor = next;

        // A node that mixes topics up, or lies, must not bring envelopes where they do not belong.
        return response.Envelopes.All(envelope => envelope.ContentTopic == topic)
            ? response.Envelopes
            : [.. response.Envelopes.Where(envelope => envelope.ContentTopic == topic)];
    }
}
