using System.Text.RegularExpressions;
using Xmtp.Docs.Tests.Markdown;

namespace Xmtp.Docs.Tests.Commands;

/// <summary>Commands that documents tell the reader to run must exist.</summary>
public partial class CommandTests
{
    [Fact]
    public void ReadMe_FirstBlock_HoldsTheTwoCommands() =>
        Assert.Equal("dotnet run --project src/Xmtp.Cli -- demo\n./build.sh test", MarkdownFile.Get("README.md").Fences[0].Text);

    [Fact]
    public async Task Documents_EveryBuildVerb_IsInItsHelp()
    {
        var known = HelpText.BuildVerbs(await ProgramOutput.OfBuildAsync("help"));
        Assert.Contains("test", known);
        AssertKnown([.. known, "help"], BuildVerb());
    }

    [Fact]
    public async Task Documents_EveryCommandVerb_IsInItsHelp()
    {
        var known = HelpText.Verbs(await ProgramOutput.OfCommandAsync("--help"));
        Assert.Contains("demo", known);
        AssertKnown(known, CommandVerb());
    }

    [Fact]
    public void Documents_EveryProjectToRun_Exists() => Assert.All(
        Mentions(ProjectPath()),
        mention => Assert.True(
            Repository.Files.Any(path => path.StartsWith(mention.Name + "/", StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal)), mention.ToString()));

    private static void AssertKnown(IReadOnlyList<string> known, Regex pattern)
    {
        var mentions = Mentions(pattern).ToList();
        Assert.NotEmpty(mentions);
        Assert.All(mentions, mention => Assert.True(known.Contains(mention.Name), mention.ToString()));
    }

    private static IEnumerable<(string File, string Name)> Mentions(Regex pattern) =>
        from file in MarkdownFile.All
        from text in file.Fences.Where(fence => fence.Info is "" or "sh" or "bash" or "shell" or "console").Select(fence => fence.Text).Concat(file.Code.Select(code => code.Text))
        from Match match in pattern.Matches(text)
        select (file.Path, match.Groups["name"].Value);

    [GeneratedRegex(@"\./build\.sh (?<name>[a-z][a-z-]*)")]
    private static partial Regex BuildVerb();

    [GeneratedRegex(@"(?:^xmtp|--project src/Xmtp\.Cli --) (?<name>[a-z][a-z-]*)", RegexOptions.Multiline)]
    private static partial Regex CommandVerb();

    [GeneratedRegex(@"dotnet (?:run --project|publish|build|pack) (?<name>[\w./]+)")]
    private static partial Regex ProjectPath();
}
