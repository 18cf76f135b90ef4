namespace Xmtp.Node.Metrics;

/// <summary>One line (or, for a histogram, one group of lines) of the exposition.</summary>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] tags, double[]? bounds)
{
    private readonly long[]? _buckets = bounds is null ? null : new long[bounds.Length + 1];
    private readonly double[]? _bounds = bounds;
    private double _sum;

    public KeyValuePair<string, object?>[] Tags { get; } = tags;

    /// <summary>Sum of all measurements, or the last one.</summary>
    public double Value => Volatile.Read(ref _sum);

    public void Add(double value)
    {
        var seen = Volatile.Read(ref _sum);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref _sum, seen + value, seen);
            if (before.Equals(seen)) return;
            seen = before;
        }
    }

    public void Set(double value) => Volatile.Write(ref _sum, value);

    public void Record(double value)
    {
        var bucket = 0;
        while (bucket < _bounds!.Length && value > _bounds[bucket]) bucket++;
        Interlocked.Increment(ref _buckets![bucket]);
        Add(value);
    }

    /// <summary>Counts up to and including each bound, the last entry being all.</summary>
    public long[] Cumulative()
    {
        var counts = new long[_buckets!.Length];
        var sum = 0L;
        for (var i = 0; i < counts.Length; i++) counts[i] = sum += Interlocked.Read(ref _buckets[i]);
        return counts;
    }
}
