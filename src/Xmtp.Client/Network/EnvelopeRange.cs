using Xmtp.Protocol;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Network;

/// <summary>Which envelopes of a topic, in which order. Times are the senders', inclusive; 0 is no bound.</summary>
internal readonly record struct EnvelopeRange(ulong StartNs = 0, ulong EndNs = 0, bool Descending = false, int PageSize = Limits.PageSizeMax)
{
    public QueryRequest ToRequest(string topic, int pageSize, Cursor? cursor = null) => new()
    {
        ContentTopics = { topic },
        StartTimeNs = StartNs,
        EndTimeNs = EndNs,

        // Always stated: unspecified means descending.
        PagingInfo = new PagingInfo
        {
            Limit = (uint)pageSize,
            Direction = Descending ? SortDirection.Descending : SortDirection.Ascending,
            Cursor = cursor,
        },
    };
}
