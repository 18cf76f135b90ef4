using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Xmtp.Node.Metrics;

/// <summary>One instrument with all its series.</summary>
internal sealed class MetricInstrument
{
    private const int SeriesMax = 2000;
    private static readonly KeyValuePair<string, object?>[] s_overflow = [new("overflow", "true")];
    private static readonly double[] s_defaultBounds = [1, 10, 100, 500, 1000, 5000, 10000, 50000, 100000];

    private readonly ConcurrentDictionary<TagSet, MetricSeries> _series = new(TagSet.Comparer);
    private readonly ConcurrentDictionary<TagSet, MetricSeries>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _lookup;
    private readonly Recording _recording;

    public MetricInstrument(Instrument instrument)
    {
        Name = instrument.Name.Replace('.', '_').Replace('-', '_');
        Description = instrument.Description;
        _lookup = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        (Type, _recording) = instrument switch
        {
            Histogram<double> or Histogram<long> or Histogram<int> => ("histogram", Recording.Histogram),
            Counter<long> or Counter<int> or Counter<double> => ("counter", Recording.Sum),
            UpDownCounter<long> or UpDownCounter<int> or UpDownCounter<double> => ("gauge", Recording.Sum),
            ObservableCounter<long> or ObservableCounter<int> or ObservableCounter<double> => ("counter", Recording.Last),
            _ => ("gauge", Recording.Last),
        };
        if (_recording == Recording.Histogram) Bounds = BoundsOf(instrument);
    }

    private enum Recording
    {
        Sum,
        Last,
        Histogram,
    }

    /// <summary>The name as scraped.</summary>
    public string Name { get; }

    public string? Description { get; }

    /// <summary><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</summary>
    public string Type { get; }

    /// <summary>Upper bounds of the buckets; null when it has none.</summary>
    public double[]? Bounds { get; }

    public IEnumerable<MetricSeries> Series => _series.Values;

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_lookup.TryGetValue(tags, out var series)) series = Create(tags);
        switch (_recording)
        {
            case Recording.Sum: series.Add(value); break;
            case Recording.Last: series.Set(value); break;
            default: series.Record(value); break;
        }
    }

    private MetricSeries Create(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // Labels are bounded where they are made; this is the second line, against a label nobody thought of.
        var kept = _series.Count < SeriesMax ? tags.ToArray() : s_overflow;
        return _series.GetOrAdd(new TagSet(kept), static (set, bounds) => new MetricSeries(set.Tags, bounds), Bounds);
    }

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(static bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(static bound => (double)bound)],
        _ => s_defaultBounds,
    };
}
