using System.Buffers;
using System.Globalization;
using System.Text;

namespace Xmtp.Node.Metrics;

/// <summary>The text format of Prometheus, version 0.0.4.</summary>
internal readonly struct PrometheusText(IBufferWriter<byte> output)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public void Write(MetricInstrument instrument)
    {
        if (instrument.Description is { } description)
            Append($"# HELP {instrument.Name} {description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\n");
        Append($"# TYPE {instrument.Name} {instrument.Type}\n");
        foreach (var series in instrument.Series)
        {
            var labels = Labels(series.Tags);
            if (instrument.Bounds is { } bounds) WriteHistogram(instrument.Name, labels, bounds, series);
            else Append($"{instrument.Name}{Braces(labels)} {Number(series.Value)}\n");
        }
    }

    private void WriteHistogram(string name, string labels, double[] bounds, MetricSeries series)
    {
        var counts = series.Cumulative();
        var separator = labels.Length == 0 ? string.Empty : ",";
        for (var i = 0; i < bounds.Length; i++)
            Append($"{name}_bucket{{{labels}{separator}le=\"{Number(bounds[i])}\"}} {counts[i]}\n");
        Append($"{name}_bucket{{{labels}{separator}le=\"+Inf\"}} {counts[^1]}\n");
        Append($"{name}_sum{Braces(labels)} {Number(series.Value)}\n");
        Append($"{name}_count{Braces(labels)} {counts[^1]}\n");
    }

    private void Append(string text) => Encoding.UTF8.GetBytes(text, output);

    private static string Labels(KeyValuePair<string, object?>[] tags)
    {
        if (tags.Length == 0) return string.Empty;
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            if (text.Length > 0) text.Append(',');
            text.Append(name.Replace('.', '_')).Append("=\"");
            text.Append(Convert.ToString(value, CultureInfo.InvariantCulture)
                ?.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
            text.Append('"');
        }

        return text.ToString();
    }

    private static string Braces(string labels) => labels.Length == 0 ? string.Empty : $"{{{labels}}}";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
