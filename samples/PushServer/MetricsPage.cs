using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace PushServer;

/// <summary>The meter's instruments as Prometheus reads them. A server of yours exports them as it does its others.</summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Instrument> _instruments = new();
    private readonly ConcurrentDictionary<(string Name, string Labels), long> _values = new();

    public MetricsPage()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != PushMetrics.MeterName) return;
            _instruments[instrument.Name] = instrument;
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (name, instrument) in _instruments.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            var kind = instrument.IsObservable ? "gauge" : "counter";
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {instrument.Description}.\n# TYPE {name} {kind}\n");
            foreach (var ((_, labels), value) in _values.Where(entry => entry.Key.Name == name).OrderBy(static entry => entry.Key.Labels, StringComparer.Ordinal))
                text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value}\n");
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = tags.IsEmpty ? "" : $"{{{string.Join(',', tags.ToArray().Select(static tag => $"{tag.Key}=\"{tag.Value}\""))}}}";
        _values.AddOrUpdate((instrument.Name, labels), value, (_, sum) => instrument.IsObservable ? value : sum + value);
    }
}
