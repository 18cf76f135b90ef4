using Microsoft.Extensions.Logging;

namespace Xmtp.Node.Core.Tests.Membership.Simulation;

/// <summary>Keeps the lines of one mesh.</summary>
internal sealed class MeshTestLog : ILogger
{
    public List<(LogLevel Level, int Id, string Text)> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add((logLevel, eventId.Id, formatter(state, exception)));
}
