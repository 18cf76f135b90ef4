using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>Everything the embedded store logs. Event ids 2100 to 2149.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(2100, LogLevel.Information, "The store in {Path} is open.")]
    public static partial void StoreOpened(this ILogger logger, string path);

    [LoggerMessage(2101, LogLevel.Error, "The store in {Path} could not be opened again after a failure. Check the disk's space and health.")]
    public static partial void ReopenFailed(this ILogger logger, string path, Exception exception);

    [LoggerMessage(2102, LogLevel.Warning, "Entry {Sequence} of log {Log} {How}. The log is taken to end at {End}; what is missing is fetched from other nodes.")]
    public static partial void LogCutBack(this ILogger logger, LogName log, ulong sequence, string how, ulong end);
}
