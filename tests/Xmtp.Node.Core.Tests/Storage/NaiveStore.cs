using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.Envelopes;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Tests.Storage;

/// <summary>The slow, obvious model: a list of all envelopes with their copies, sorted anew for every question.</summary>
internal sealed class NaiveStore
{
    private readonly List<Row> _rows = [];

    private sealed record Row(Envelope Envelope, byte[] Digest)
    {
        /// <summary>The first is the one shown, the others are in the order of their places.</summary>
        public List<(EntryPlace Place, long ExpiryNs)> Copies { get; } = [];
    }

    public int Count => _rows.Count;

    /// <returns>False when there is a copy already.</returns>
    public bool Add(Envelope envelope, long expiryNs = 0, EntryPlace place = default)
    {
        var row = _rows.Find(row => row.Envelope.Equals(envelope));
        var isNew = row is null;
        if (row is null) _rows.Add(row = new Row(envelope, EnvelopeDigest.Compute(envelope.ContentTopic, envelope.Message.Span)));
        row.Copies.Add((place, expiryNs));
        row.Copies.Sort(1, row.Copies.Count - 1, Comparer<(EntryPlace Place, long)>.Create(static (left, right) => Number(left.Place).CompareTo(Number(right.Place))));
        return isNew;
    }

    /// <summary>The places of an envelope: that shown, and the others.</summary>
    public List<EntryPlace> Places(Envelope envelope) => [.. (_rows.Find(row => row.Envelope.Equals(envelope))?.Copies ?? []).Select(static copy => copy.Place)];

    public int RemoveExpired(long nowNs)
    {
        var removed = _rows.Sum(row => row.Copies.RemoveAll(copy => copy.ExpiryNs != 0 && copy.ExpiryNs <= nowNs));
        _rows.RemoveAll(static row => row.Copies.Count == 0);
        return removed;
    }

    public List<Envelope> Page(
        IReadOnlyCollection<string> topics, ulong startNs, ulong endNs, (ulong TimeNs, byte[] Digest)? cursor, bool descending, int limit)
    {
        var rows = _rows
            .Where(row => topics.Contains(row.Envelope.ContentTopic))
            .Where(row => row.Envelope.TimestampNs >= startNs && (endNs == 0 || row.Envelope.TimestampNs <= endNs))
            .Where(row => cursor is null || Math.Sign(Compare((row.Envelope.TimestampNs, row.Digest), cursor.Value)) == (descending ? -1 : 1))
            .ToList();
        rows.Sort((left, right) =>
        {
            var order = Compare((left.Envelope.TimestampNs, left.Digest), (right.Envelope.TimestampNs, right.Digest));
            if (order == 0) order = Utf8(left.Envelope).AsSpan().SequenceCompareTo(Utf8(right.Envelope));
            return descending ? -order : order;
        });
        var end = Math.Min(limit, rows.Count);
        while (end > 0 && end < rows.Count && Compare((rows[end].Envelope.TimestampNs, rows[end].Digest), (rows[end - 1].Envelope.TimestampNs, rows[end - 1].Digest)) == 0) end++;
        return [.. rows.Take(end).Select(static row => row.Envelope)];
    }

    public List<Envelope> Page(EnvelopeQuery query)
    {
        var all = Page([.. query.Topics], 0, 0, null, query.Descending, int.MaxValue);
        var within = all.Where(envelope => Key(envelope) >= query.First && Key(envelope) <= query.Last).ToList();
        var end = Math.Min(query.Limit, within.Count);
        while (end > 0 && end < within.Count && Key(within[end]) == Key(within[end - 1])) end++;
        return within[..end];
    }

    public static EnvelopeKey Key(Envelope envelope) =>
        new(envelope.TimestampNs, new Hash256(EnvelopeDigest.Compute(envelope.ContentTopic, envelope.Message.Span)));

    private static (uint, ulong) Number(EntryPlace place) => (place.Log.Value, place.Sequence);

    private static int Compare((ulong TimeNs, byte[] Digest) left, (ulong TimeNs, byte[] Digest) right)
    {
        var order = left.TimeNs.CompareTo(right.TimeNs);
        return order != 0 ? order : left.Digest.AsSpan().SequenceCompareTo(right.Digest);
    }

    private static byte[] Utf8(Envelope envelope) => System.Text.Encoding.UTF8.GetBytes(envelope.ContentTopic);
}
