using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Replication;

/// <summary>Everything replication logs. Event ids 2250 to 2299.</summary>
internal static partial class ReplicationLog
{
    [LoggerMessage(2250, LogLevel.Error, "Entry {Sequence} of log {Log} could not be read for another node.")]
    public static partial void ReadFailed(this ILogger logger, LogName log, ulong sequence, Exception exception);

    [LoggerMessage(2251, LogLevel.Warning, "Node {Node} sent entries of log {Log} that do not hold together: {Problem}. They are asked for elsewhere.")]
    public static partial void SenderMisbehaved(this ILogger logger, NodeId node, LogName log, string problem);

    [LoggerMessage(2252, LogLevel.Error, "Log {Log} goes no further here: its originator signed what no correct node writes ({Problem}). Tell its operator.")]
    public static partial void LogQuarantined(this ILogger logger, LogName log, string problem);

    [LoggerMessage(2253, LogLevel.Error, "Log {Log} is frozen: its originator signed two histories that part after entry {Sequence}. Its operator needs a new node key.")]
    public static partial void LogFrozen(this ILogger logger, LogName log, ulong sequence);

    [LoggerMessage(2254, LogLevel.Debug, "Log {Log} comes from node {Node}, from entry {Sequence} on.")]
    public static partial void SourceChosen(this ILogger logger, LogName log, NodeId node, ulong sequence);

    [LoggerMessage(2255, LogLevel.Information, "Log {Log} is {Behind} entries behind; it is fetched from node {Node}.")]
    public static partial void RangeStarted(this ILogger logger, LogName log, ulong behind, NodeId node);

    [LoggerMessage(2256, LogLevel.Debug, "Fetching log {Log} from node {Node} ended: {Reason}.")]
    public static partial void RangeEnded(this ILogger logger, LogName log, NodeId node, string reason);

    [LoggerMessage(2257, LogLevel.Debug, "Entries of log {Log} were not stored; they are asked for again.")]
    public static partial void AppendFailed(this ILogger logger, LogName log, Exception exception);

    [LoggerMessage(2258, LogLevel.Warning, "Node {Node} is cut off: {Reason}.")]
    public static partial void CutOff(this ILogger logger, NodeId node, string reason);

    [LoggerMessage(2259, LogLevel.Information, "The peers know no more of this node's log {Log} than it does; publishes go on after entry {Sequence}.")]
    public static partial void OwnLogResumed(this ILogger logger, LogName log, ulong sequence);

    [LoggerMessage(2260, LogLevel.Warning, "The peers know {Count} entries of this node's own log that it does not have: its store is older than what it acknowledged. They are fetched back before anything is written.")]
    public static partial void OwnLogBehind(this ILogger logger, ulong count);

    [LoggerMessage(2261, LogLevel.Warning, "This node begins a new log because {Reason}. Nothing is lost: what others have of the old one comes back from them.")]
    public static partial void NewIncarnation(this ILogger logger, string reason);

    [LoggerMessage(2262, LogLevel.Critical, "This node's own log {Log} goes on elsewhere: its key is in use twice, or its store was put back.  It begins a new log.")]
    public static partial void OwnLogForked(this ILogger logger, LogName log);

    [LoggerMessage(2263, LogLevel.Information, "Log {Log} of node {Node} became known.")]
    public static partial void LogKnown(this ILogger logger, LogName log, NodeId node);

    [LoggerMessage(2264, LogLevel.Error, "Entry {Sequence} of log {Log} has other bytes on this disk than were written. It is fetched from another node. Check the disk.")]
    public static partial void EntryDamaged(this ILogger logger, LogName log, ulong sequence);

    [LoggerMessage(2265, LogLevel.Warning, "Entry {Sequence} of log {Log} was fetched from another node and put back.")]
    public static partial void EntryRepaired(this ILogger logger, LogName log, ulong sequence);

    [LoggerMessage(2266, LogLevel.Error, "Log number {Log} could not be read from entry {Sequence} on to check it.")]
    public static partial void ScrubFailed(this ILogger logger, uint log, ulong sequence, Exception exception);
}
