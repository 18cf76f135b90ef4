using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>
/// Finds where the logs end. Entries and head of a commit are one batch, so a log ends at a head unless the store is damaged. The
/// end of this node's own log must be sound, for numbers that were acknowledged could be given away again. Another node's log goes
/// back to its last sound head instead: what is missing then is fetched again.
/// </summary>
internal static class LogRecovery
{
    public static IReadOnlyList<StoredLog> Run(Database database, RocksDbStoreOptions options, ILogger logger) =>
        [.. LogRows.ReadAll(database).Select(row => row.IsWritable ? RecoverOwn(database, row, options.EntriesCheckedAtStart) : RecoverForeign(database, row, options, logger))];

    private static StoredLog RecoverOwn(Database database, LogRows.Row row, int count)
    {
        var last = EntryReader.FindLast(database, database.Header, row.Id, ulong.MaxValue);
        if (EntryReader.FindLast(database, database.Head, row.Id, ulong.MaxValue) != last) throw Damaged(row, new LogCheck.Problem(last, "is not where the last head is"));
        if (last == 0) return Empty(row);
        if (LogCheck.Run(database, row, last, count, out var end, out var head) is { } problem) throw Damaged(row, problem);
        return Empty(row) with { End = end, Head = head };
    }

    private static StoredLog RecoverForeign(Database database, LogRows.Row row, RocksDbStoreOptions options, ILogger logger)
    {
        var last = EntryReader.FindLast(database, database.Header, row.Id, ulong.MaxValue);
        var log = Empty(row);
        LogCheck.Problem? first = null;
        for (var next = EntryReader.FindLast(database, database.Head, row.Id, ulong.MaxValue); next != 0;)
        {
            if (LogCheck.Run(database, row, next, options.ForeignEntriesCheckedAtStart, out var end, out var head) is not { } problem)
            {
                log = log with { End = end, Head = head };
                break;
            }

            first ??= problem;
            next = EntryReader.FindLast(database, database.Head, row.Id, problem.Sequence - 1);
        }

        if (first is null && last == log.End.Sequence) return log;
        first ??= new LogCheck.Problem(last, "has no head");
        logger.LogCutBack(row.Name, first.Sequence, first.How, log.End.Sequence);
        LogTrim.Run(database, row.Id, log.End.Sequence);
        return log;
    }

    private static StoredLog Empty(LogRows.Row row) => new(row.Id, row.Name, row.Key, row.IsWritable, row.IsFrozen, default, Head: null);

    private static XmtpException Damaged(LogRows.Row log, LogCheck.Problem problem) => new(ErrorCatalogue.StoreUnusable,
        $"Entry {problem.Sequence} of this node's log {log.Name} {problem.How}: the store is damaged. Restore it from a backup; or, where other nodes have this node's log, move the store away and keep the node's key.");
}
