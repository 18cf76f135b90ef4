using System.Globalization;
using System.Text;
using Xmtp.Cli.Nodes;

namespace Xmtp.Cli.Checks;

/// <summary>A report in the text format of Prometheus, for a collector that reads files. Nodes and logs bear their full names: short ones can be made alike.</summary>
internal static class PrometheusForm
{
    /// <summary>The page.</summary>
    public static string Of(CheckReport report, CheckOptions options)
    {
        var page = new StringBuilder();
        Family(page, "xmtp_check_status", "Result of the check: 0 ok, 1 degraded, 2 failed, 3 could not ask.", [("", (int)report.Status)]);
        Family(page, "xmtp_check_time_seconds", "When the check began, in seconds since 1970.", [("", report.Began.ToUnixTimeMilliseconds() / 1000.0)]);
        Family(page, "xmtp_check_duration_seconds", "How long the check took.", [("", report.Took.TotalSeconds)]);
        Family(page, "xmtp_check_reasons", "What was found, by kind.", Enum.GetValues<CheckKind>().Select(kind => ($"kind=\"{CheckReason.NameOf(kind)}\"", (double)report.Counts.GetValueOrDefault(kind))));
        if (report.Nodes.Count == 0) return page.ToString();

        Family(page, "xmtp_check_peer_up", "Whether the node answered.", report.Nodes.Select(static view => (Node(view), view.Answered ? 1.0 : 0)));
        Family(page, "xmtp_check_peer_clock_offset_seconds", "How far the node's clock is ahead of the checking machine's, to about a second.",
            report.Nodes.Where(static view => view.ClockOffset is not null).Select(static view => (Node(view), Math.Round(view.ClockOffset!.Value.TotalSeconds, 1))));
        Family(page, "xmtp_check_record_expiry_seconds", "How long the node's record is good for.",
            report.Nodes.Select(view => (Node(view), Math.Round((NodeTime.Of((view.Peers.Self ?? view.Node).Record.ExpiresNs) - options.Time.GetUtcNow()).TotalSeconds))));
        Family(page, "xmtp_check_log_entries", "The highest number that any node has of the log.", report.Logs.Select(static log => (Log(log), (double)log.Target)));
        Family(page, "xmtp_check_log_frozen", "Whether the log is frozen on any node.", report.Logs.Select(static log => (Log(log), log.IsFrozen ? 1.0 : 0)));
        Family(page, "xmtp_check_watermark", "The last number up to which the node has all of the log.",
            report.Logs.SelectMany(static log => log.Holders.Select(holder => (Copy(log, holder.View), (double)holder.State.Watermark)).Concat(log.Missing.Select(view => (Copy(log, view), 0.0)))));
        Family(page, "xmtp_check_lag_entries", "Entries that the node is behind with the log.",
            report.Logs.SelectMany(static log => log.Holders.Select(holder => (Copy(log, holder.View), (double)log.LagOf(holder.State))).Concat(log.Missing.Select(view => (Copy(log, view), (double)log.Target)))));
        return page.ToString();
    }

    private static void Family(StringBuilder page, string name, string help, IEnumerable<(string Labels, double Value)> samples)
    {
        page.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n");
        foreach (var (labels, value) in samples) page.Append(CultureInfo.InvariantCulture, $"{name}{(labels.Length == 0 ? "" : $"{{{labels}}}")} {value:0.###}\n");
    }

    private static string Node(NodeView view) => $"node=\"{view.Id}\"";

    private static string Log(LogComparison log) => $"log=\"{log.Name.ToHash()}\",originator=\"{log.Name.Node}\"";

    private static string Copy(LogComparison log, NodeView view) => $"{Log(log)},{Node(view)}";
}
