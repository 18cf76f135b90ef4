using System.Globalization;
using Xmtp.TestSupport;
using Xunit;

namespace Xmtp.TestBrowser;

/// <summary>What was measured along the way: printed with the test, and left in artifacts/reports.</summary>
public sealed class Figures(string sample)
{
    private readonly List<string> _lines = [];

    public void Add(string what, double value, string unit) =>
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {value:0.#} {unit}"));

    public static double MiB(IEnumerable<string> files) => files.Sum(static file => (double)new FileInfo(file).Length) / (1 << 20);

    public void Write()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "reports"));
        File.WriteAllLines(Path.Combine(folder.FullName, $"{sample}.txt"), _lines);
        foreach (var line in _lines) TestContext.Current.TestOutputHelper?.WriteLine(line);
    }
}
