using Microsoft.Extensions.Logging;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>Everything the embedded store logs. Event ids 2100 to 2149.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(2100, LogLevel.Information, "The store in {Path} is open.")]
    public static partial void StoreOpened(this ILogger logger, string path);

    [LoggerMessage(2101, LogLevel.Error, "The store in {Path} could not be opened again after a failure. Check the disk's space and health.")]
    public static partial void ReopenFailed(this ILogger logger, string path, Exception exception);
}
