using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Xmtp.Node.Options;

namespace Xmtp.Node.Hosting;

/// <summary>Sets up where the node logs and how lines look.</summary>
internal static class NodeLogging
{
    public static void Add(IServiceCollection services, NodeOptions options, ILoggerProvider? provider, LogLevels levels)
    {
        services.AddLogging(logging =>
        {
            if (provider is not null) logging.AddProvider(new Borrowed(provider));
            else if (options.LogFormat == LogFormat.Json) logging.AddJsonConsole(Format);
            else logging.AddSimpleConsole(console => { Format(console); console.SingleLine = true; });
        });
        services.AddSingleton<IOptionsMonitor<LoggerFilterOptions>>(levels);
        // A console that nobody reads must not stop the node: lines are dropped, and counted, once the queue is full.
        services.Configure<ConsoleLoggerOptions>(static console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
    }

    private static void Format(ConsoleFormatterOptions console)
    {
        console.UseUtcTimestamp = true;
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
    }

    /// <summary>A provider that the caller goes on using when the node is gone.</summary>
    private sealed class Borrowed(ILoggerProvider provider) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => provider.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }
}
