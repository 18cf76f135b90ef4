using Microsoft.Extensions.Logging;

namespace Xmtp.Node.Core.Telemetry;

/// <summary>Everything the core logs. Event ids 2000 to 2099 are the core's own.</summary>
internal static partial class NodeLog
{
    [LoggerMessage(2000, LogLevel.Information, "The store is open; it holds {Count} logs.")]
    public static partial void LogOpened(this ILogger logger, int count);

    [LoggerMessage(2001, LogLevel.Error, "The store failed while {Count} entries were on their way into it. Their senders were told; the next publish tries to recover the store.")]
    public static partial void AppendFailed(this ILogger logger, int count, Exception exception);

    [LoggerMessage(2002, LogLevel.Warning, "The store is back with {Count} logs.")]
    public static partial void StoreRecovered(this ILogger logger, int count);

    [LoggerMessage(2003, LogLevel.Critical, "Log {Log} came back with {Sequence} entries although {Acknowledged} were acknowledged. Nothing more is written. Restore the data directory from a backup.")]
    public static partial void LogShortened(this ILogger logger, uint log, ulong sequence, ulong acknowledged);

    [LoggerMessage(2010, LogLevel.Error, "Live delivery could not read entry {Place}; it tries again.")]
    public static partial void DeliveryFailed(this ILogger logger, Log.EntryPlace place, Exception exception);

    [LoggerMessage(2011, LogLevel.Debug, "A live reader fell behind by {Count} envelopes and was ended.")]
    public static partial void ReaderDropped(this ILogger logger, int count);

    [LoggerMessage(2012, LogLevel.Error, "Live readers could not be told where they stand; the next round tries again.")]
    public static partial void MarksFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2020, LogLevel.Debug, "{Count} expired envelopes were removed.")]
    public static partial void ExpiredRemoved(this ILogger logger, int count);

    [LoggerMessage(2021, LogLevel.Error, "Expired envelopes could not be removed; the next round tries again.")]
    public static partial void RetentionFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2030, LogLevel.Information, "Wallet list {Path} was read: {Count} addresses.")]
    public static partial void WalletListRead(this ILogger logger, string path, int count);

    [LoggerMessage(2031, LogLevel.Warning, "Wallet list {Path} could not be read; the last good one stays in force.")]
    public static partial void WalletListFailed(this ILogger logger, string path, Exception exception);
}
