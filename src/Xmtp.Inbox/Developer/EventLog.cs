using Xmtp.Client.Diagnostics;
using Xmtp.Client.Messages;

namespace Xmtp.Inbox.Developer;

/// <summary>The last things that the client said: log lines, and envelopes that it could not take. In memory only.</summary>
public sealed class EventLog(TimeProvider time) : ILoggerFactory, ILogger, IProgress<DroppedEnvelope>
{
    private const int LinesMax = 200;

    private readonly LinkedList<EventLine> _lines = new();
    private readonly Dictionary<string, List<DroppedEnvelope>> _dropped = [];

    /// <summary>The newest first.</summary>
    public IEnumerable<EventLine> Lines => _lines;

    /// <summary>Something was added.</summary>
    public event Action? Changed;

    /// <summary>What could not be read in a topic, the oldest first.</summary>
    public IReadOnlyList<DroppedEnvelope> DroppedIn(string topic) => _dropped.GetValueOrDefault(topic) ?? [];

    /// <summary>How many envelopes could not be read in all topics.</summary>
    public int DroppedCount => _dropped.Values.Sum(static list => list.Count);

    /// <summary>Adds a line.</summary>
    public void Add(LogLevel level, string text)
    {
        _lines.AddFirst(new EventLine(time.GetLocalNow(), level, text));
        if (_lines.Count > LinesMax) _lines.RemoveLast();
        Changed?.Invoke();
    }

    public void Report(DroppedEnvelope value)
    {
        var topic = value.Topic.ToString();
        if (!_dropped.TryGetValue(topic, out var list)) _dropped[topic] = list = [];
        if (list.Count < LinesMax && !list.Contains(value)) list.Add(value);
        Add(LogLevel.Warning, $"An envelope of {topic} could not be read: {value.Reason.Describe()}");
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Add(logLevel, exception is null ? formatter(state, exception) : $"{formatter(state, exception)} ({exception.Message})");

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // This is the only place that lines go to.
    }

    public void Dispose()
    {
        // Nothing is held that has to be given back.
    }
}
