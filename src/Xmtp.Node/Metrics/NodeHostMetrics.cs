using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Xmtp.Node.Calls;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Metrics;

/// <summary>
/// What the host measures of each call. Counters are plain numbers beside each series, read only when somebody scrapes; of
/// the instruments only the two histograms are touched per call.
/// </summary>
internal sealed class NodeHostMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Xmtp.Node";

    private readonly Meter _meter;
    private readonly Histogram<double> _durationMs;
    private readonly Histogram<double> _handlingSeconds;
    private readonly Histogram<long> _topics;
    private readonly Counter<long> _errors;
    private readonly ConcurrentDictionary<(ApiMethod Method, StatusCode Status, ClientVersions Versions), CallSeries> _calls = new();
    private readonly FrozenDictionary<ApiMethod, MessageCounts> _methods = ApiMethod.All.ToFrozenDictionary(static method => method, static _ => new MessageCounts());

    public NodeHostMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(new MeterOptions(MeterName));
        _durationMs = _meter.CreateHistogram("xmtp.api.request.duration.ms", "ms", "Time of one call; of a stream, its whole life.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 10, 100, 500, 1000, 5000, 10000, 50000, 100000] });
        _handlingSeconds = _meter.CreateHistogram("grpc.server.handling.seconds", "s", "Time of one call until its answer.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10] });
        _topics = _meter.CreateHistogram("xmtp.subscribe.topics.length", "{topic}", "Topics of one subscription.", tags: null,
            new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 50, 100, 500, 1000, 5000, 10000] });
        _errors = _meter.CreateCounter<long>("xmtp.api.errors", "{error}", "Calls refused or failed, by entry of the error catalogue.");
        _meter.CreateObservableGauge("xmtp.api.running", Running, "{call}", "Calls and streams under way.");
        _meter.CreateObservableCounter("xmtp.api.requests", Requests, "{call}", "Calls that ended.");
        _meter.CreateObservableCounter("grpc.server.handled.total", Handled, "{call}", "Calls that ended, by status.");
        _meter.CreateObservableCounter("grpc.server.started.total", () => PerMethod(static counts => counts.Started), "{call}", "Calls that began.");
        _meter.CreateObservableCounter("grpc.server.msg.received.total", () => PerMethod(static counts => counts.Received), "{message}", "Messages received.");
        _meter.CreateObservableCounter("grpc.server.msg.sent.total", () => PerMethod(static counts => counts.Sent), "{message}", "Messages sent.");
    }

    /// <summary>A call begins. A call other than a bidirectional stream brings its one request along.</summary>
    public void Started(ApiMethod method)
    {
        var counts = _methods[method];
        Interlocked.Increment(ref counts.Started);
        if (!method.IsBidirectional) Interlocked.Increment(ref counts.Received);
    }

    /// <summary>A request message arrived on a bidirectional stream.</summary>
    public void Received(ApiMethod method) => Interlocked.Increment(ref _methods[method].Received);

    /// <summary>A response message went out on a stream.</summary>
    public void Sent(ApiMethod method) => Interlocked.Increment(ref _methods[method].Sent);

    /// <summary>A subscription names its topics.</summary>
    public void Subscribed(int topics, ClientVersions versions) => _topics.Record(topics, versions.Tags);

    /// <summary>A call ended.</summary>
    public void Ended(ApiMethod method, StatusCode status, ClientVersions versions, TimeSpan duration, ErrorCode? error)
    {
        var series = _calls.GetOrAdd((method, status, versions), static key => new CallSeries(key.Method, key.Status, key.Versions));
        Interlocked.Increment(ref series.Count);
        var counts = _methods[method];
        Interlocked.Increment(ref counts.Ended);
        if (status == StatusCode.OK && !method.IsStream) Interlocked.Increment(ref counts.Sent);
        _durationMs.Record(duration.TotalMilliseconds, series.Tags);
        _handlingSeconds.Record(duration.TotalSeconds, series.GrpcTags.AsSpan(0, 3));
        if (error is not null) _errors.Add(1, new KeyValuePair<string, object?>("code", error.Id));
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Requests() => _calls.Values.Select(static series => new Measurement<long>(Volatile.Read(ref series.Count), series.Tags));

    private IEnumerable<Measurement<long>> Handled() => _calls
        .GroupBy(static call => (call.Key.Method, call.Key.Status))
        .Select(static group => new Measurement<long>(group.Sum(static call => Volatile.Read(ref call.Value.Count)), group.First().Value.GrpcTags));

    private IEnumerable<Measurement<long>> Running() => PerMethod(static counts => Volatile.Read(ref counts.Started) - Volatile.Read(ref counts.Ended));

    private IEnumerable<Measurement<long>> PerMethod(Func<MessageCounts, long> read) =>
        _methods.Select(entry => new Measurement<long>(read(entry.Value), CallSeries.MethodTags(entry.Key)));

    private sealed class MessageCounts
    {
        public long Started;
        public long Ended;
        public long Received;
        public long Sent;
    }

    private sealed class CallSeries(ApiMethod method, StatusCode status, ClientVersions versions)
    {
        public long Count;

        public KeyValuePair<string, object?>[] Tags { get; } =
            [new("service", method.Service), new("method", method.Name), new("error_code", Name(status)), .. versions.Tags];

        public KeyValuePair<string, object?>[] GrpcTags { get; } = [.. MethodTags(method), new("grpc_code", Name(status))];

        public static KeyValuePair<string, object?>[] MethodTags(ApiMethod method) =>
            [new("grpc_type", method.Kind), new("grpc_service", method.Service), new("grpc_method", method.Name)];

        // Existing dashboards know this one status by its American spelling.
        private static string Name(StatusCode status) => status == StatusCode.Cancelled ? "Canceled" : status.ToString();
    }
}
