using System.Globalization;

namespace Xmtp.Cli.Checks;

/// <summary>A report as the one line that monitoring plugins print: words, and numbers behind a bar.</summary>
internal static class NagiosForm
{
    private const int ReasonsMax = 3;
    private const int LengthMaxChars = 2000;

    /// <summary>The line, with its end.</summary>
    public static string Of(CheckReport report, CheckOptions options)
    {
        var words = Words(report).Replace('|', '/');
        if (words.Length > LengthMaxChars) words = words[..LengthMaxChars] + "…";
        return $"XMTP {NameOf(report.Status)} - {words}{(report.Status == CheckStatus.Unknown ? "" : $" | {Numbers(report, options)}")}\n";
    }

    private static string Words(CheckReport report)
    {
        var reasons = report.Reasons.Where(static reason => reason.Status != CheckStatus.Ok).Select(static reason => reason.Text).ToList();
        if (reasons.Count == 0) return report.Summary;
        return string.Join("; ", reasons.Take(ReasonsMax)) + (reasons.Count > ReasonsMax ? $"; and {reasons.Count - ReasonsMax} more" : "");
    }

    private static string Numbers(CheckReport report, CheckOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"nodes={report.Nodes.Count};;;0 reached={report.Reached};;;0 logs={report.Logs.Count};;;0 entries={report.Entries};;;0 lag={report.LagMax};{options.LagMax};;0 time={report.Took.TotalSeconds:0.000}s;;;0");

    private static string NameOf(CheckStatus status) => status switch
    {
        CheckStatus.Ok => "OK",
        CheckStatus.Degraded => "WARNING",
        CheckStatus.Failed => "CRITICAL",
        _ => "UNKNOWN",
    };
}
