using System.Globalization;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Core.Storage;

/// <summary>
/// Merges ordered index scans of several topics into one page. Feed each topic in the query's order until
/// <see cref="Offer"/> says that the rest of it cannot matter.
/// </summary>
public sealed class PageCollector
{
    private readonly EnvelopeQuery _query;
    private readonly List<Row> _rows = [];
    private readonly Comparison<Row> _order;
    private EnvelopeKey _worst;
    private bool _hasWorst;
    private int _topic = -1;
    private int _rowsOfTopic;

    /// <summary>Begins a page.</summary>
    /// <param name="query">What is wanted.</param>
    public PageCollector(EnvelopeQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        _query = query;
        _order = query.Descending ? (left, right) => Compare(right, left) : Compare;
    }

    /// <summary>One row of the visible index.</summary>
    /// <param name="Topic">Index into <see cref="EnvelopeQuery.Topics"/>.</param>
    /// <param name="Key">Place in the order.</param>
    /// <param name="Place">Entry that holds it.</param>
    /// <param name="MessageOffset">Where in the entry's payload the message begins, for stores that keep it in the index.</param>
    public readonly record struct Row(int Topic, EnvelopeKey Key, EntryPlace Place, int MessageOffset = 0);

    /// <summary>Takes the next row of a topic.</summary>
    /// <returns>False when no later row of this topic can be in the page.</returns>
    public bool Offer(in Row row)
    {
        if (row.Topic != _topic) (_topic, _rowsOfTopic) = (row.Topic, 0);
        if (_hasWorst && IsBeyond(row.Key)) return false;
        _rows.Add(row);
        // Twice the page before each trim: sorting then costs each row a constant number of passes.
        if (_rows.Count >= 2 * _query.Limit + 64) Trim();
        return ++_rowsOfTopic < _query.Limit;
    }

    /// <summary>The page in order.</summary>
    public IReadOnlyList<Row> Complete()
    {
        Trim();
        return _rows;
    }

    /// <summary>The refusal of a page whose payloads exceed <see cref="EnvelopeQuery.BytesMax"/>.</summary>
    /// <param name="bytesMax">That limit.</param>
    public static XmtpException TooLong(long bytesMax) => new(ErrorCatalogue.ResponseTooLarge,
        string.Create(CultureInfo.InvariantCulture, $"the answer would hold more than {bytesMax} bytes of messages; ask for fewer rows or queries at once"));

    private bool IsBeyond(EnvelopeKey key) => _query.Descending ? key < _worst : key > _worst;

    private void Trim()
    {
        // A single topic arrives in order and is stopped at the limit.
        if (_query.Topics.Count > 1) _rows.Sort(_order);
        if (_rows.Count < _query.Limit) return;
        _worst = _rows[_query.Limit - 1].Key;
        _hasWorst = true;
        var end = _query.Limit;
        while (end < _rows.Count && _rows[end].Key == _worst) end++;
        _rows.RemoveRange(end, _rows.Count - end);
    }

    private int Compare(Row left, Row right)
    {
        var order = left.Key.CompareTo(right.Key);
        return order != 0 ? order : Utf8Order.Compare(_query.Topics[left.Topic], _query.Topics[right.Topic]);
    }
}
