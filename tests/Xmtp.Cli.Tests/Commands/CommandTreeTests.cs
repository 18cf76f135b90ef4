using Xmtp.Cli.Cheats;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Outline;
using Xmtp.TestSupport;

namespace Xmtp.Cli.Tests.Commands;

/// <summary>What every verb has, whoever adds it.</summary>
public class CommandTreeTests
{
    public static TheoryData<string> Verbs => [.. VerbOutline.Of(CommandTree.Create()).Leaves.Select(static verb => verb.Name)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Verb_OfTheTree_IsRunByATest(string verb)
    {
        // As arguments of their own, or as the beginning of one text that is split.
        var apart = string.Join(", ", verb.Split(' ').Select(static word => $"\"{word}\""));
        Assert.True(
            Repository.CSharp("tests/Xmtp.Cli.Tests").Where(static path => path.EndsWith("Tests.cs", StringComparison.Ordinal))
                .Select(Repository.Read).Any(text => text.Contains(apart, StringComparison.Ordinal) || text.Contains($"\"{verb} ", StringComparison.Ordinal)),
            $"No test of tests/Xmtp.Cli.Tests runs `xmtp {verb}`: none holds {apart}.");
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Verb_OfTheTree_HasARowOfResults(string verb)
    {
        var rows = Repository.Read("docs/reference/cli.md").ReplaceLineEndings("\n").Split("## Results\n")[1].Split("\n## ")[0].Split('\n')
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal)).Select(static line => line.Split('|')[1])
            .SelectMany(static cell => cell.Split(',')).Select(static name => name.Trim().Trim('`')).ToList();
        Assert.True(
            rows.Any(row => row == verb || (row.EndsWith(" …", StringComparison.Ordinal) && verb.StartsWith(row[..^1], StringComparison.Ordinal))),
            $"`{verb}` has no row in the table of docs/reference/cli.md, Results: name the members of its JSON, or say that it has none.");
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Verb_OfTheTree_IsOnACheatSheet(string verb) => Assert.True(
        CheatSheets.All.SelectMany(static sheet => sheet.Lines).SelectMany(static line => ShellWords.CallsOf(line.Command, "xmtp"))
            .Any(call => call.Take(verb.Count(static character => character == ' ') + 1).SequenceEqual(verb.Split(' '))),
        $"`xmtp {verb}` is on no sheet of src/Xmtp.Cli/Cheats/CheatSheets.cs.");

    [Fact]
    public void Descriptions_EveryVerbArgumentAndOption_AreSentences() => Assert.All(VerbOutline.Of(CommandTree.Create()).All, static verb =>
    {
        Assert.Matches(@"^[A-Z`][\s\S]*[.\]]$", verb.Description);
        Assert.All(verb.Options.Where(static option => option.Name != "--version"), static option => Assert.Matches(@"^\S[\s\S]*[.\])]$", option.Description));
        Assert.All(verb.Arguments, static argument => Assert.NotEmpty(argument.Description));
    });
}
