using System.Globalization;

namespace Xmtp.Node.Tests.Support;

/// <summary>Reads single values from a scrape.</summary>
internal static class MetricsText
{
    /// <summary>The sum of all series of that name whose labels contain all of these; 0 when there is none.</summary>
    public static double Value(string text, string name, params string[] labels) => text.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is ' ' or '{' && labels.All(label => line.Contains(label, StringComparison.Ordinal)))
        .Sum(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
