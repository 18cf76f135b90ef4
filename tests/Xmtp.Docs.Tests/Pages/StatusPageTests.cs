using System.Text.RegularExpressions;
using Xmtp.Docs.Tests.Markdown;

namespace Xmtp.Docs.Tests.Pages;

/// <summary>What the page of the protocol's status says is proved, by tests that are there and run.</summary>
public partial class StatusPageTests
{
    private const string Path = "docs/reference/protocol-status.md";

    private static readonly string[] s_statuses = ["whole", "ours, beyond the protocol", "ours, optional metadata"];
    private static readonly string[] s_absent = ["not here", "not in the protocol"];

    private static string[][] Rows { get; } =
        [.. new[] { "## Classic client", "## Node API", "## Network of nodes" }.SelectMany(static heading => MarkdownFile.Get(Path).Rows(heading))];

    [Fact]
    public void Features_EveryOne_IsProvedByTestsThatExist()
    {
        Assert.True(Rows.Length > 40);
        Assert.All(Rows, row =>
        {
            Assert.Contains(row[1], s_statuses.Concat(s_absent));
            var tests = Target().Matches(row[2]).Select(static match => match.Groups["path"].Value).ToList();
            Assert.True(s_absent.Contains(row[1]) == (tests.Count == 0), $"{row[0]}: {row[1]}, and {tests.Count} tests");
            Assert.All(tests, test =>
            {
                Assert.True(Repository.Files.Contains(test), $"{row[0]}: there is no {test}");
                Assert.Matches(@"\[(Fact|Theory)", Repository.Read(test));
            });
        });
    }

    [Fact]
    public void Tests_OfConformanceAndInterop_AreAllNamedOrOfTheHarness()
    {
        var named = Rows.SelectMany(static row => Target().Matches(row[2])).Select(static match => match.Groups["path"].Value).ToHashSet();
        string[] harness = ["EveryVectorTests", "ClientTraceTests", "LocalEciesTests", "NegativeConsentProofTests", "TopicsTests", "AccountUnderFaultsTests", "WireIdentityTests"];
        var missing = Repository.Files.Where(static path => (path.StartsWith("tests/Xmtp.Conformance/", StringComparison.Ordinal) || path.StartsWith("tests/Xmtp.Interop/", StringComparison.Ordinal)) && path.EndsWith("Tests.cs", StringComparison.Ordinal))
            .Where(path => !named.Contains(path) && !harness.Contains(System.IO.Path.GetFileNameWithoutExtension(path)));
        Assert.Equal([], missing);
    }

    [GeneratedRegex(@"\]\(\.\./\.\./(?<path>[^)]+)\)")]
    private static partial Regex Target();
}
