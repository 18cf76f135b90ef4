using System.CommandLine.Invocation;
using Xmtp.Cli.Cheats;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Tests.Commands;

namespace Xmtp.Cli.Tests.Cheats;

public class CheatSheetTests
{
    private const string Peer = "0x0000000000000000000000000000000000000001";

    public static TheoryData<string> Commands => [.. CheatSheets.All.SelectMany(static sheet => sheet.Lines).Select(static line => line.Command)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Line_OfASheet_IsTakenByTheCommand(string line)
    {
        var calls = ShellWords.CallsOf(line, "xmtp").ToList();
        Assert.NotEmpty(calls);
        Assert.All(calls, static call =>
        {
            var parsed = CommandTree.Parse(CommandTree.Create(), [.. call.Select(static word => word is "$PEER" or "$peer" ? Peer : word)]);
            Assert.True(parsed.Action is not ParseErrorAction && parsed.Errors.Count == 0, $"{string.Join(' ', call)}: {string.Join(' ', parsed.Errors.Select(static error => error.Message))}");
        });
    }

    [Fact]
    public void Line_WithAnOptionThatIsNot_IsFound()
    {
        var call = Assert.Single(ShellWords.CallsOf("date | xmtp send $PEER \"a b\" --jsno | jq '.x | .y'", "xmtp"));
        Assert.Equal(["send", "$PEER", "a b", "--jsno"], call);
        Assert.Equal(["read"], Assert.Single(ShellWords.CallsOf("eval \"$(xmtp read)\" > xmtp.txt", "xmtp")));
    }

    [Fact]
    public async Task Cheat_NoTopic_ListsThem()
    {
        using var home = new CliHome();
        var output = (await home.RunAsync("cheat")).Exited(0).Output;
        Assert.All(CheatSheets.All, sheet => Assert.Contains($"{sheet.Topic} ", output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cheat_Topic_ShowsItsCommands()
    {
        using var home = new CliHome();
        var sheet = CheatSheets.All[1];
        var output = (await home.RunAsync("cheat", sheet.Topic)).Exited(0).Output;
        Assert.All(sheet.Lines, line => Assert.Contains($"# {line.What}\n{line.Command}\n", output, StringComparison.Ordinal));
        Assert.DoesNotContain(CheatSheets.All[0].Lines[0].Command, output, StringComparison.Ordinal);
        var lines = (await home.RunAsync("cheat", sheet.Topic, "--json")).Exited(0).Results;
        Assert.Equal(sheet.Lines.Select(static line => line.Command), lines.Select(static line => (string?)line["command"]));
        Assert.All(lines, line => Assert.Equal(sheet.Topic, (string?)line["topic"]));
    }

    [Fact]
    public async Task Cheat_UnknownTopic_NamesThoseThatAre()
    {
        using var home = new CliHome();
        Assert.Contains(CheatSheets.All[0].Topic, (await home.RunAsync("cheat", "chess")).Exited(2).Error, StringComparison.Ordinal);
    }
}
