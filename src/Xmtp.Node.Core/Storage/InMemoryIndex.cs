using System.Security.Cryptography;
using System.Text;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Storage;

/// <summary>The visible index of the store in memory, and the copies beside it. Not safe for concurrent use.</summary>
internal sealed class InMemoryIndex
{
    private readonly Dictionary<Hash256, List<VisibleRow>> _visible = [];
    private readonly Dictionary<EnvelopeIndexKey, List<EntryPlace>> _copies = [];

    private readonly record struct VisibleRow(EnvelopeKey Key, EntryPlace Place) : IComparable<VisibleRow>
    {
        public int CompareTo(VisibleRow other) => Key.CompareTo(other.Key);
    }

    public long Count { get; private set; }

    public static Hash256 HashTopic(string topic) => new(SHA256.HashData(Encoding.UTF8.GetBytes(topic)));

    public EntryPlace Find(EnvelopeIndexKey key)
    {
        if (!_visible.TryGetValue(key.TopicHash, out var rows)) return default;
        var index = rows.BinarySearch(new VisibleRow(key.Key, default));
        return index < 0 ? default : rows[index].Place;
    }

    public IReadOnlyList<EntryPlace> FindCopies(EnvelopeIndexKey key) => _copies.TryGetValue(key, out var places) ? [.. places] : [];

    public void Show(EnvelopeIndexKey key, EntryPlace place)
    {
        if (!_visible.TryGetValue(key.TopicHash, out var rows)) _visible[key.TopicHash] = rows = [];
        var row = new VisibleRow(key.Key, place);
        var index = rows.BinarySearch(row);
        if (index >= 0) throw new InvalidOperationException($"Readers see {rows[index].Place} already.");
        rows.Insert(~index, row);
        Count++;
    }

    public void AddCopy(EnvelopeIndexKey key, EntryPlace place)
    {
        if (!_copies.TryGetValue(key, out var places)) _copies[key] = places = [];
        places.Insert(~places.BinarySearch(place, PlaceOrder), place);
    }

    /// <summary>Forgets an entry. When readers saw it they see the first other copy that may be shown, if there is one.</summary>
    public void Remove(EnvelopeIndexKey key, EntryPlace place, Predicate<EntryPlace> mayShow)
    {
        RemoveCopy(key, place);
        if (!_visible.TryGetValue(key.TopicHash, out var rows)) return;
        var row = rows.BinarySearch(new VisibleRow(key.Key, default));
        if (row < 0 || rows[row].Place != place) return;
        rows.RemoveAt(row);
        Count--;
        if (rows.Count == 0) _visible.Remove(key.TopicHash);
        var next = FindCopies(key).FirstOrDefault(other => mayShow(other));
        if (next.IsNone) return;
        RemoveCopy(key, next);
        Show(key, next);
    }

    public void Scan(EnvelopeQuery query, int topic, PageCollector page)
    {
        if (!_visible.TryGetValue(HashTopic(query.Topics[topic]), out var rows)) return;
        if (query.Descending)
        {
            for (var i = IndexOf(rows, query.Last, after: true) - 1; i >= 0 && rows[i].Key >= query.First; i--)
                if (!page.Offer(new PageCollector.Row(topic, rows[i].Key, rows[i].Place))) return;
        }
        else
        {
            for (var i = IndexOf(rows, query.First, after: false); i < rows.Count && rows[i].Key <= query.Last; i++)
                if (!page.Offer(new PageCollector.Row(topic, rows[i].Key, rows[i].Place))) return;
        }
    }

    public void ReadTopic(string topic, EnvelopeKey first, IList<(EnvelopeKey Key, EntryPlace Place)> destination, int countMax)
    {
        if (!_visible.TryGetValue(HashTopic(topic), out var rows)) return;
        for (var i = IndexOf(rows, first, after: false); i < rows.Count && countMax-- > 0; i++) destination.Add((rows[i].Key, rows[i].Place));
    }

    private static Comparer<EntryPlace> PlaceOrder { get; } = Comparer<EntryPlace>.Create(static (left, right) =>
        left.Log != right.Log ? left.Log.Value.CompareTo(right.Log.Value) : left.Sequence.CompareTo(right.Sequence));

    private void RemoveCopy(EnvelopeIndexKey key, EntryPlace place)
    {
        if (_copies.TryGetValue(key, out var copies) && copies.Remove(place) && copies.Count == 0) _copies.Remove(key);
    }

    private static int IndexOf(List<VisibleRow> rows, EnvelopeKey key, bool after)
    {
        var index = rows.BinarySearch(new VisibleRow(key, default));
        return index < 0 ? ~index : after ? index + 1 : index;
    }
}
