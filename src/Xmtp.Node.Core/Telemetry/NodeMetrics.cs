using System.Diagnostics;
using System.Diagnostics.Metrics;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;

namespace Xmtp.Node.Core.Telemetry;

/// <summary>
/// What the core measures. Published envelopes, their sizes, query times and stored messages bear the names that
/// dashboards of existing nodes know, once an exporter has turned dots into underscores.
/// </summary>
internal sealed class NodeMetrics : IDisposable
{
    private static readonly InstrumentAdvice<double> Milliseconds = new()
    {
        HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 5000],
    };

    private static readonly InstrumentAdvice<long> Counts = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    };

    private readonly Meter _meter;
    private readonly Counter<long> _published;
    private readonly Histogram<long> _publishedSize;
    private readonly Histogram<long> _batchSize;
    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<double> _queryDuration;
    private readonly Histogram<long> _queryRows;
    private readonly Histogram<double> _deliveryLatency;

    public NodeMetrics(IMeterFactory? factory)
    {
        var options = new MeterOptions(NodeTelemetry.MeterName);
        _meter = factory?.Create(options) ?? new Meter(options);
        _published = _meter.CreateCounter<long>("xmtp.published.envelopes", "{envelope}", "Envelopes accepted, repeats included.");
        _publishedSize = _meter.CreateHistogram("xmtp.published.envelope", "By", "Message bytes of an accepted envelope.",
            tags: null, new InstrumentAdvice<long> { HistogramBucketBoundaries = [100, 1_000, 10_000, 100_000, 1_000_000] });
        Repeats = _meter.CreateCounter<long>("xmtp.published.repeats", "{envelope}", "Envelopes that were stored already.");
        _batchSize = _meter.CreateHistogram("xmtp.log.batch.entries", "{entry}", "Entries of one commit.", tags: null, Counts);
        _commitDuration = _meter.CreateHistogram("xmtp.log.commit.duration", "ms", "Time of one durable commit.", tags: null, Milliseconds);
        StorageFailures = _meter.CreateCounter<long>("xmtp.log.failures", "{batch}", "Batches that the store failed to commit.");
        _deliveryLatency = _meter.CreateHistogram("xmtp.delivery.latency", "ms",
            "From the arrival of a publish to its hand-over to the live readers here.", tags: null, Milliseconds);
        Dropped = _meter.CreateCounter<long>("xmtp.subscriptions.dropped", "{subscription}", "Live readers ended because they fell behind.");
        Ephemeral = _meter.CreateCounter<long>("xmtp.delivery.ephemeral", "{envelope}", "Envelopes handed to live readers without being stored.");
        _queryDuration = _meter.CreateHistogram("xmtp.api.query.duration", "ms", "Time of one query.", tags: null, Milliseconds);
        _queryRows = _meter.CreateHistogram("xmtp.api.query.result", "{envelope}", "Rows of one answer.", tags: null, Counts);
        Expired = _meter.CreateCounter<long>("xmtp.retention.removed", "{envelope}", "Envelopes removed because their time was up.");
    }

    /// <summary>For parts of the core that measure things of their own.</summary>
    public Meter Meter => _meter;

    public Counter<long> Repeats { get; }

    public Counter<long> StorageFailures { get; }

    public Counter<long> Dropped { get; }

    public Counter<long> Ephemeral { get; }

    public Counter<long> Expired { get; }

    public void ObserveQueue(Func<int> length) =>
        _meter.CreateObservableGauge("xmtp.log.queue.length", length, "{request}", "Publishes waiting for the log's writer.");

    public void ObserveSubscriptions(Func<int> open, Func<int> topics)
    {
        _meter.CreateObservableGauge("xmtp.subscriptions.open", open, "{subscription}", "Live readers.");
        _meter.CreateObservableGauge("xmtp.subscribed.topics", topics, "{topic}", "Topics with at least one live reader.");
    }

    public void ObserveStored(Func<long> count) =>
        _meter.CreateObservableGauge("xmtp.stored.messages", count, "{envelope}", "Envelopes that can be queried, estimated.");

    public void ObserveTailLag(Func<long> lag) =>
        _meter.CreateObservableGauge("xmtp.delivery.lag", lag, "{entry}", "Committed entries not yet handed to live readers.");

    public void Published(TopicKind topic, int messageLength)
    {
        if (!_published.Enabled && !_publishedSize.Enabled) return;
        var category = Category(topic);
        _published.Add(1, category);
        _publishedSize.Record(messageLength, category);
    }

    public void Committed(int entries, TimeSpan duration)
    {
        _batchSize.Record(entries);
        _commitDuration.Record(duration.TotalMilliseconds);
    }

    public void Delivered(TimeSpan latency) => _deliveryLatency.Record(latency.TotalMilliseconds);

    public void Queried(TopicKind topic, int rows, TimeSpan duration, ErrorCode? error)
    {
        var tags = new TagList { Category(topic), new("error", error?.Id ?? "none") };
        _queryDuration.Record(duration.TotalMilliseconds, tags);
        if (error is null) _queryRows.Record(rows, Category(topic));
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Category(TopicKind topic) => new("topic_category", topic.Label());
}
