using System.Globalization;
using Google.Protobuf.Collections;
using Xmtp.Node.Core.Ingest;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Node.Core.Queries;

/// <summary>A checked query: time bounds and cursor have become one range of keys.</summary>
internal readonly record struct QueryPlan
{
    /// <summary>What the store is asked, or null when the bounds leave nothing.</summary>
    public EnvelopeQuery? Query { get; private init; }

    /// <summary>Rows of a full page.</summary>
    public int PageSize { get; private init; }

    /// <summary>Whether the largest key comes first.</summary>
    public bool Descending { get; private init; }

    /// <summary>Kind of the only topic, for the statistics; of several the first one's.</summary>
    public TopicKind Topic { get; private init; }

    /// <summary>Checks a request.</summary>
    /// <exception cref="XmtpException"><c>InvalidArgument</c>: no topic, too large a page, or a cursor this node cannot have given out.</exception>
    public static QueryPlan Create(QueryRequest request, long bytesMax)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.ContentTopics.Count == 0) throw new XmtpException(ErrorCatalogue.TopicsRequired, "content topics required");
        var topics = DistinctTopics(request.ContentTopics);
        var topic = Protocol.Topics.Topic.Classify(topics[0]);
        var paging = request.PagingInfo;
        var plan = new QueryPlan
        {
            PageSize = PageSizeOf(paging?.Limit ?? 0, topics.Count == 1 && topic == TopicKind.UserPreferences),
            Descending = paging?.Direction != SortDirection.Ascending,
            Topic = topic,
        };

        var first = new EnvelopeKey(request.StartTimeNs, default);
        var last = new EnvelopeKey(request.EndTimeNs == 0 ? ulong.MaxValue : request.EndTimeNs, Hash256.Max);
        var isEmpty = false;
        if (CursorKey(paging?.Cursor) is { } cursor)
        {
            if (plan.Descending)
            {
                isEmpty = !cursor.TryGetPrevious(out var before);
                if (before < last) last = before;
            }
            else
            {
                isEmpty = !cursor.TryGetNext(out var after);
                if (after > first) first = after;
            }
        }

        return isEmpty || first > last
            ? plan
            : plan with { Query = new EnvelopeQuery(topics, first, last, plan.Descending, plan.PageSize, bytesMax) };
    }

    private static List<string> DistinctTopics(RepeatedField<string> topics)
    {
        if (topics.Count == 1) return [TopicText.Normalise(topics[0])];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var distinct = new List<string>(topics.Count);
        foreach (var topic in topics)
            if (TopicText.Normalise(topic) is var text && seen.Add(text)) distinct.Add(text);
        return distinct;
    }

    private static int PageSizeOf(uint limit, bool isUserPreferences)
    {
        var max = isUserPreferences ? Limits.UserPreferencesPageSizeMax : Limits.PageSizeMax;
        if (limit > max) throw new XmtpException(ErrorCatalogue.PageTooLarge, "cannot exceed 100 rows per query");
        return limit == 0 ? Limits.PageSizeMax : (int)limit;
    }

    /// <summary>
    /// The pair to go on after. Without a digest a cursor restricts nothing, whatever its time; with one, a time of 0 is a time
    /// like any other, since envelopes may be stamped 0.
    /// </summary>
    private static EnvelopeKey? CursorKey(Cursor? cursor)
    {
        if (cursor is null) return null;
        if (cursor.CursorCase != Cursor.CursorOneofCase.Index)
            throw new XmtpException(ErrorCatalogue.CursorInvalid, "the cursor has no index");
        var digest = cursor.Index.Digest;
        if (digest.IsEmpty) return null;
        if (digest.Length != Hash256.Length)
            throw new XmtpException(ErrorCatalogue.CursorInvalid,
                string.Create(CultureInfo.InvariantCulture, $"the cursor's digest has {digest.Length} bytes, not {Hash256.Length}"));
        return new EnvelopeKey(cursor.Index.SenderTimeNs, new Hash256(digest.Span));
    }
}
