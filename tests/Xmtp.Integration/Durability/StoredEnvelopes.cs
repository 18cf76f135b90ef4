using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Integration.Durability;

/// <summary>Reads whole topics page by page, the way a client does.</summary>
internal static class StoredEnvelopes
{
    private const uint PageSize = 100;

    public static async Task<List<Envelope>> ReadAsync(MessageApi.MessageApiClient api, IEnumerable<string> topics, CancellationToken cancellationToken)
    {
        var all = new List<Envelope>();
        foreach (var topic in topics)
        {
            Cursor? cursor = null;
            do
            {
                var page = await api.QueryAsync(
                    new QueryRequest
                    {
                        ContentTopics = { topic },
                        PagingInfo = new PagingInfo { Limit = PageSize, Direction = SortDirection.Ascending, Cursor = cursor },
                    },
                    cancellationToken: cancellationToken);
                all.AddRange(page.Envelopes);
                cursor = page.PagingInfo?.Cursor;
            }
            while (cursor is not null);
        }

        return all;
    }

    /// <summary>Whether a query for just that time finds just that envelope.</summary>
    public static async Task<bool> HasAsync(MessageApi.MessageApiClient api, Envelope envelope, CancellationToken cancellationToken)
    {
        var found = await api.QueryAsync(
            new QueryRequest { ContentTopics = { envelope.ContentTopic }, StartTimeNs = envelope.TimestampNs, EndTimeNs = envelope.TimestampNs },
            cancellationToken: cancellationToken);
        return found.Envelopes.Count(candidate => candidate.Equals(envelope)) == 1;
    }

    /// <summary>Everything acknowledged is there once, nothing is there that nobody published, and nothing was delivered that is not there.</summary>
    public static async Task AssertKeptAsync(MessageApi.MessageApiClient api, PublishLoad load, string when, CancellationToken cancellationToken)
    {
        var stored = await ReadAsync(api, load.Topics, cancellationToken);
        var known = stored.ToHashSet();
        var published = load.Acknowledged.Concat(load.Uncertain).ToHashSet();

        Assert.NotEmpty(load.Acknowledged);
        Assert.True(stored.Count == known.Count, $"{when}: {stored.Count - known.Count} envelopes came back twice.");
        Assert.True(known.IsSubsetOf(published), $"{when}: there are envelopes that nobody published.");
        foreach (var envelope in load.Acknowledged)
        {
            Assert.True(known.Contains(envelope), $"{when}: acknowledged and lost: {envelope.ContentTopic} {envelope.TimestampNs}");
            Assert.True(await HasAsync(api, envelope, cancellationToken), $"{when}: not found by its time: {envelope.ContentTopic} {envelope.TimestampNs}");
        }

        // A subscriber must never have seen what is not on stable storage.
        Assert.True(load.Delivered.All(known.Contains), $"{when}: delivered to a subscriber and lost.");
    }

    /// <summary>All that was ever published is there once.</summary>
    public static async Task AssertWholeAsync(MessageApi.MessageApiClient api, PublishLoad load, string when, CancellationToken cancellationToken)
    {
        var stored = await ReadAsync(api, load.Topics, cancellationToken);
        var published = load.Acknowledged.Concat(load.Uncertain).ToHashSet();

        Assert.True(stored.Count == published.Count, $"{when}: {stored.Count} stored, {published.Count} published.");
        Assert.True(published.SetEquals(stored), $"{when}: what is stored is not what was published.");
    }
}
