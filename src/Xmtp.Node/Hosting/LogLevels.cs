using Microsoft.Extensions.Options;

namespace Xmtp.Node.Hosting;

/// <summary>Which log lines are written; can change while the node runs.</summary>
internal sealed class LogLevels : IOptionsMonitor<LoggerFilterOptions>
{
    private readonly LogLevel _configured;
    private readonly Lock _lock = new();
    private readonly List<Action<LoggerFilterOptions, string?>> _listeners = [];
    private volatile LoggerFilterOptions _current;

    public LogLevels(LogLevel configured)
    {
        _configured = configured;
        _current = Rules(configured);
    }

    /// <inheritdoc/>
    public LoggerFilterOptions CurrentValue => _current;

    /// <summary>The least important level that is written.</summary>
    public LogLevel Level => _current.MinLevel;

    /// <summary>Switches between the configured level and debug.</summary>
    /// <returns>The level from now on.</returns>
    public LogLevel ToggleDebug()
    {
        lock (_lock)
        {
            var level = Level == LogLevel.Debug ? _configured : LogLevel.Debug;
            Set(level);
            return level;
        }
    }

    /// <summary>Sets the level.</summary>
    public void Set(LogLevel level)
    {
        lock (_lock)
        {
            _current = Rules(level);
            foreach (var listener in _listeners) listener(_current, null);
        }
    }

    /// <inheritdoc/>
    public LoggerFilterOptions Get(string? name) => _current;

    /// <inheritdoc/>
    public IDisposable OnChange(Action<LoggerFilterOptions, string?> listener)
    {
        lock (_lock) _listeners.Add(listener);
        return new Registration(this, listener);
    }

    // The level is about this node. The framework's own debug output would bury it, so that comes with trace only. What
    // the gRPC library logs of failed calls, the node logs itself, and at error only when it is the node's fault. The
    // hosting layer's request log is off for good: while it listens, every request allocates an activity.
    private static LoggerFilterOptions Rules(LogLevel level)
    {
        var framework = level == LogLevel.Trace ? LogLevel.Trace : (LogLevel)Math.Max((int)level, (int)LogLevel.Warning);
        var options = new LoggerFilterOptions { MinLevel = level };
        options.Rules.Add(new LoggerFilterRule(null, "Microsoft", framework, null));
        options.Rules.Add(new LoggerFilterRule(null, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None, null));
        options.Rules.Add(new LoggerFilterRule(null, "Grpc", level == LogLevel.Trace ? LogLevel.Trace : LogLevel.None, null));
        return options;
    }

    private sealed class Registration(LogLevels levels, Action<LoggerFilterOptions, string?> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (levels._lock) levels._listeners.Remove(listener);
        }
    }
}
