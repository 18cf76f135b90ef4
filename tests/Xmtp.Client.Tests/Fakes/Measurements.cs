using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Xmtp.Client.Tests.Fakes;

/// <summary>A factory of meters that hears what is measured with them, and only with them.</summary>
internal sealed class Measurements : IMeterFactory
{
    private readonly MeterListener _listener = new();
    private readonly List<Meter> _meters = [];

    /// <param name="isListening">False for meters that nobody listens to.</param>
    public Measurements(bool isListening = true)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope != this) return;
            Instruments.Enqueue(instrument);
            if (isListening) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => All.Enqueue(new Measurement(instrument.Name, value, tags.ToArray())));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => All.Enqueue(new Measurement(instrument.Name, value, tags.ToArray())));
        _listener.Start();
    }

    public ConcurrentQueue<Instrument> Instruments { get; } = new();

    public ConcurrentQueue<Measurement> All { get; } = new();

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    /// <summary>Sum of the values of an instrument, of those measurements that bear a tag if one is named.</summary>
    public double Sum(string instrument, string? tag = null, string? value = null) =>
        All.Where(one => one.Instrument == instrument && (tag is null || Equals(one.Tag(tag), value))).Sum(static one => one.Value);

    public int Count(string instrument) => All.Count(one => one.Instrument == instrument);

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var meter in _meters) meter.Dispose();
    }

    internal sealed record Measurement(string Instrument, double Value, KeyValuePair<string, object?>[] Tags)
    {
        public string? Tag(string name) => Tags.FirstOrDefault(tag => tag.Key == name).Value as string;
    }
}
