using System.Diagnostics.Metrics;
using System.Text;

namespace Xmtp.Docs.Tests.Pages;

/// <summary>The reference page of metrics, made from the instruments of a running node and from what they measured.</summary>
internal static class MetricsPage
{
    public const string Path = "docs/reference/metrics.md";

    public static string Generate(IEnumerable<ObservedInstrument> instruments)
    {
        var page = new StringBuilder();
        foreach (var meter in instruments.GroupBy(instrument => instrument.Instrument.Meter.Name).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            page.Append($"## {meter.Key}\n\n| metric | kind | unit | labels | meaning |\n|---|---|---|---|---|\n");
            foreach (var observed in meter.OrderBy(observed => observed.Instrument.Name, StringComparer.Ordinal))
            {
                var (instrument, labels) = (observed.Instrument, string.Join(", ", observed.Labels.Select(label => $"`{label}`")));
                page.Append($"| `{Scraped(instrument.Name)}` | {Kind(instrument)} | {Unit(instrument.Unit)} | {labels} | {instrument.Description} |\n");
            }

            page.Append('\n');
        }

        return page.ToString();
    }

    /// <summary>The name as <c>/metrics</c> writes it.</summary>
    public static string Scraped(string name) => name.Replace('.', '_');

    private static string Kind(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" or "ObservableCounter" => "counter",
        "Histogram" => "histogram",
        "UpDownCounter" or "ObservableUpDownCounter" or "ObservableGauge" or "Gauge" => "gauge",
        var other => throw new InvalidOperationException($"{instrument.Name}: what is a {other} to Prometheus?"),
    };

    // Units in braces name the thing that is counted, as UCUM has it.
    private static string Unit(string? unit) => unit switch
    {
        null => "",
        "By" => "bytes",
        ['{', .. var thing, '}'] => thing,
        _ => unit,
    };
}
