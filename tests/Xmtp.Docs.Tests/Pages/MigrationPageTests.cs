using System.Text.RegularExpressions;
using Xmtp.Docs.Tests.Markdown;

namespace Xmtp.Docs.Tests.Pages;

/// <summary>The JavaScript on the page of migration against the package as published.</summary>
public partial class MigrationPageTests
{
    private const string Package = "tests/Xmtp.Interop/js/v13/node_modules/@xmtp/xmtp-js/dist/index.d.ts";

    private static MarkdownFile Page { get; } = MarkdownFile.Get("docs/guides/migrating-from-javascript.md");

    [Fact]
    public void JavaScript_EveryCallAndOption_IsOfThePackage()
    {
        if (!File.Exists(Repository.FullPath(Package)))
        {
            if (Environment.GetEnvironmentVariable("XMTP_REQUIRE_INTEROP") == "1") Assert.Fail("The JavaScript packages are not installed; run ./build.sh deps.");
            Assert.Skip("The JavaScript packages are not installed; run ./build.sh deps.");
        }

        var types = Repository.Read(Package);

        // The console's, and of the two other packages that it is used with.
        var names = Page.Fences.Where(static fence => fence.Info == "js").SelectMany(static fence => Name().Matches(Text().Replace(fence.Text, "''"))).Select(static match => match.Groups["name"].Value)
            .Concat(Page.Lines.Where(static line => line.StartsWith('|')).Select(static line => line.Split('|')[1]).SelectMany(static cell => Code().Matches(cell)).Select(static match => match.Groups["name"].Value.Split('.')[^1]))
            .Distinct().Except(["log", "ContentTypeReaction", "SORT_DIRECTION_DESCENDING"]).ToList();
        Assert.Contains("streamAllMessages", names);
        Assert.Contains("privateKeyOverride", names);
        Assert.All(names, name => Assert.Matches($@"\b{name}\b", types));
    }

    [GeneratedRegex("'[^']*'")]
    private static partial Regex Text();

    // Members and options: what stands behind a dot, or in front of a colon.
    [GeneratedRegex(@"\.(?<name>[a-zA-Z_]+)|(?<name>[a-zA-Z]+): |import \{ (?<name>\w+) \}")]
    private static partial Regex Name();

    [GeneratedRegex("`(?<name>[a-zA-Z.]+)`")]
    private static partial Regex Code();
}
