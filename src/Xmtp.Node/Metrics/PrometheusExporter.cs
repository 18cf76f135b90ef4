using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Xmtp.Node.Metrics;

/// <summary>
/// Keeps what this node's meters measure, for whoever scrapes <c>/metrics</c>. Only meters made by this node's factory
/// count, so several nodes in one process do not mix, and names reach the scraper as they are (dots as underscores):
/// dashboards of existing nodes depend on them. Any other exporter can listen to the same meters.
/// </summary>
internal sealed class PrometheusExporter : IDisposable
{
    private readonly ConcurrentDictionary<Instrument, MetricInstrument> _instruments = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _scrape = new();

    /// <summary>Starts listening.</summary>
    /// <param name="factory">The factory whose meters count.</param>
    public PrometheusExporter(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!ReferenceEquals(instrument.Meter.Scope, factory) || !IsOurs(instrument.Meter.Name)) return;
            var state = new MetricInstrument(instrument);
            _instruments.TryAdd(instrument, state);
            listener.EnableMeasurementEvents(instrument, state);
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((MetricInstrument)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((MetricInstrument)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((MetricInstrument)state!).Record(value, tags));
        _listener.Start();
    }

    // Of the framework's meters only the one that counts connections: those that look at every request cost more than the
    // request's own handling, and say nothing that ours do not.
    private static bool IsOurs(string meter) => meter.StartsWith("Xmtp.", StringComparison.Ordinal) || meter == "Microsoft.AspNetCore.Server.Kestrel";

    /// <summary>Writes everything in the text format of Prometheus, version 0.0.4.</summary>
    /// <param name="output">Gets UTF-8.</param>
    public void Write(IBufferWriter<byte> output)
    {
        lock (_scrape)
        {
            _listener.RecordObservableInstruments();
            var text = new PrometheusText(output);
            foreach (var instrument in _instruments.Values.OrderBy(static instrument => instrument.Name, StringComparer.Ordinal))
                text.Write(instrument);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();
}
