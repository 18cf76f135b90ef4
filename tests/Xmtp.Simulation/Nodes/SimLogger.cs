using Microsoft.Extensions.Logging;
using Xmtp.Simulation.Checks;

namespace Xmtp.Simulation.Nodes;

/// <summary>What a node logs: the last lines for the report, and the accusations for the judge.</summary>
internal sealed class SimLogger(World world, int node) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        world.Scheduler.Trace.Add(world.Scheduler.Now, $"log {eventId.Name}", node, value: eventId.Id);
        world.Oracle.Logged($"{world.Scheduler.Elapsed.TotalSeconds,10:F4}s n{node} {formatter(state, exception)}{(exception is null ? string.Empty : " " + exception.Message)}");
        if (state is IReadOnlyList<KeyValuePair<string, object?>> values) Accusations.Judge(world, node, eventId.Id, values, () => formatter(state, exception));
    }
}
