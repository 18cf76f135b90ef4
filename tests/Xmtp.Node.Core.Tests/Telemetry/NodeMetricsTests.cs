using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Telemetry;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Telemetry;

public sealed class NodeMetricsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Meter_AfterUse_HasCountedEverything()
    {
        using var meters = new MeterFactory();
        using var recorder = new Recorder(meters);
        var options = new MessageServiceOptions { SubscriptionBufferMax = 1 };
        await using var service = await MessageService.OpenAsync(new InMemoryEnvelopeStore(), options: options, meters: meters, cancellationToken: Token);
        using var reader = service.Subscribe(["/xmtp/0/m-x/proto", "b"]);
        using var dropped = service.Subscribe(["/xmtp/0/invite-x/proto"]);
        await service.PublishAsync([Envelope("/xmtp/0/m-x/proto", 1, "12345"), Envelope("/xmtp/0/invite-x/proto", 1), Envelope("/xmtp/0/invite-x/proto", 2)], cancellationToken: Token);
        await service.PublishAsync([Envelope("/xmtp/0/m-x/proto", 1, "12345"), Envelope("/xmtp/0/mE-x/proto", 1)], cancellationToken: Token);
        await Eventually.TrueAsync(() => service.OpenSubscriptions == 1);
        await service.QueryAsync(new QueryRequest { ContentTopics = { "/xmtp/0/m-x/proto" } }, Token);
        await Assert.ThrowsAsync<XmtpException>(() => service.PublishAsync([new Envelope { TimestampNs = ulong.MaxValue }], cancellationToken: Token).AsTask());
        await Eventually.TrueAsync(() => recorder.Count("xmtp.delivery.latency") == 3);
        recorder.Observe();

        Assert.Equal(2, recorder.Sum("xmtp.published.envelopes", "v2-conversation"));
        Assert.Equal(2, recorder.Sum("xmtp.published.envelopes", "v2-invite"));
        Assert.Equal(1, recorder.Sum("xmtp.published.envelopes", "v2-conversation-ephemeral"));
        Assert.Equal(10, recorder.Sum("xmtp.published.envelope", "v2-conversation"));
        Assert.Equal(1, recorder.Sum("xmtp.published.repeats"));
        Assert.Equal(3, recorder.Sum("xmtp.log.batch.entries"));
        Assert.Equal(1, recorder.Count("xmtp.log.commit.duration"));
        Assert.Equal(1, recorder.Sum("xmtp.delivery.ephemeral"));
        Assert.Equal(1, recorder.Sum("xmtp.subscriptions.dropped"));
        Assert.Equal(1, recorder.Sum("xmtp.api.query.result", "v2-conversation"));
        Assert.Equal(1, recorder.Count("xmtp.api.query.duration"));
        Assert.Equal(1, recorder.Sum("xmtp.subscriptions.open"));
        Assert.Equal(2, recorder.Sum("xmtp.subscribed.topics"));
        Assert.Equal(3, recorder.Sum("xmtp.stored.messages"));
        Assert.Equal(0, recorder.Sum("xmtp.log.queue.length"));
        Assert.Equal(0, recorder.Sum("xmtp.delivery.lag"));
    }

    [Fact]
    public async Task ActivitySource_PublishAndQuery_AreTraced()
    {
        var names = new ConcurrentBag<string>();
        using var mine = new Activity("test").Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == NodeTelemetry.ActivitySourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == mine.TraceId) names.Add(activity.OperationName);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var service = await MessageService.OpenAsync(new InMemoryEnvelopeStore(), cancellationToken: Token);
        await service.PublishAsync([Envelope("a", 1)], cancellationToken: Token);
        await service.QueryAsync(new QueryRequest { ContentTopics = { "a" } }, Token);

        await Eventually.TrueAsync(() => names.Count == 3);
        Assert.Equal(["log commit", "publish", "query"], names.Order());
    }

    private sealed class MeterFactory : IMeterFactory
    {
        private readonly ConcurrentBag<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            var meter = new Meter(options);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose()
        {
            foreach (var meter in _meters) meter.Dispose();
        }
    }

    private sealed class Recorder : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentBag<(string Name, double Value, string? Category)> _values = [];

        public Recorder(IMeterFactory factory)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name == NodeTelemetry.MeterName) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        public void Observe() => _listener.RecordObservableInstruments();

        public double Sum(string name, string? category = null) => Values(name, category).Sum(static value => value.Value);

        public int Count(string name) => Values(name, null).Count();

        public void Dispose() => _listener.Dispose();

        private IEnumerable<(string Name, double Value, string? Category)> Values(string name, string? category) =>
            _values.Where(value => value.Name == name && (category is null || value.Category == category));

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? category = null;
            foreach (var tag in tags)
                if (tag.Key == "topic_category") category = tag.Value as string;
            _values.Add((instrument.Name, value, category));
        }
    }
}
