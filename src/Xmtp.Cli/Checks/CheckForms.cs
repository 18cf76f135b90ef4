using System.Globalization;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Checks;

/// <summary>A report for people and for programs.</summary>
internal static class CheckForms
{
    private const int StatusWidth = 8;

    /// <summary>A status as it stands in results.</summary>
    public static string NameOf(CheckStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>The result in one line, then a line for each reason.</summary>
    public static string ToText(CheckReport report, CliConsole console)
    {
        var summary = report.Nodes.Count == 0 ? report.Summary : $"network {console.Bold(report.Network)}: {report.Summary}";
        var lines = new List<string> { $"{Status(report.Status, NameOf(report.Status), console)}  {summary}" };
        if (report.Status != CheckStatus.Unknown)
            lines.AddRange(report.Reasons.Select(reason => $"{Status(reason.Status, reason.Status == CheckStatus.Ok ? "note" : NameOf(reason.Status), console)}  {reason.Text}"));
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>The members of a report.</summary>
    public static NodeCheckOutput ToOutput(CheckReport report) => new(
        NameOf(report.Status), report.Summary, report.Network, report.Began.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), (long)report.Took.TotalMilliseconds,
        report.LagMax, report.EntriesRead,
        [.. report.Reasons.Select(static reason => new CheckReasonOutput(NameOf(reason.Status), reason.KindName, reason.Text, reason.Node?.ToString(), reason.Log?.ToHash().ToString()))],
        [.. report.Nodes.Select(ToOutput)],
        [.. report.Logs.Select(static log => new CheckLogOutput(log.Name.ToHash().ToString(), log.Name.ToString(), log.Name.Node.ToString(), log.Target, Copies(log)))]);

    private static CheckNodeOutput ToOutput(NodeView view)
    {
        var record = (view.Peers.Self ?? view.Node).Record;
        return new CheckNodeOutput(
            view.Id.ToString(), view.Answered, view.Answered ? view.Address : null, view.Failure is { } failure ? CliConsole.Printable(failure) : null, record.Software, record.Region,
            view.ClockOffset is { } offset ? Math.Round(offset.TotalSeconds, 1) : null, Nodes.NodeTime.Iso(record.ExpiresNs)!);
    }

    private static IReadOnlyList<CheckCopyOutput> Copies(LogComparison log) =>
    [
        .. log.Holders.Select(holder => new CheckCopyOutput(
            holder.View.Id.ToString(), holder.State.Watermark, log.LagOf(holder.State), holder.State.Watermark == 0 ? null : holder.State.Hash.ToString(), holder.State.IsFrozen, holder.State.Problem)),
        .. log.Missing.Select(view => new CheckCopyOutput(view.Id.ToString(), 0, log.Target, null, false, null)),
    ];

    private static string Status(CheckStatus status, string name, CliConsole console)
    {
        var padded = name.PadRight(StatusWidth);
        return status switch
        {
            CheckStatus.Ok => name == "note" ? console.Faint(padded) : console.Green(padded),
            CheckStatus.Degraded => console.Yellow(padded),
            _ => console.Red(padded),
        };
    }
}
