using System.Reflection;
using Xmtp.Cli.Cheats;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Manual;
using Xmtp.Cli.Outline;
using Xmtp.Cli.Output;
using Xmtp.TestSupport;

namespace Xmtp.Cli.Tests.Manual;

public class ManCommandTests
{
    private static readonly string[] s_requests = [".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".RS", ".RE", ".nf", ".fi"];

    [Fact]
    public async Task Man_Page_HasItsSectionsAndOnlyKnownRequests()
    {
        using var home = new CliHome();
        var lines = (await home.RunAsync("man")).Exited(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith(".TH XMTP 1 ", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            ["NAME", "SYNOPSIS", "DESCRIPTION", "VERBS", "OPTIONS OF EVERY VERB", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES"],
            lines.Where(static line => line.StartsWith(".SH ", StringComparison.Ordinal)).Select(static line => line[4..].Trim('"')));
        Assert.All(lines.Where(static line => line[0] is '.' or '\''), static line => Assert.Contains(line.Split(' ')[0], s_requests));
        Assert.All(lines, static line => Assert.True(line.All(static character => character is >= ' ' and <= '~'), line));
        Assert.Equal(lines.Count(static line => line == ".nf"), lines.Count(static line => line == ".fi"));
    }

    [Fact]
    public void Page_OfTheTree_HasEveryVerbOptionAndExample()
    {
        var root = CommandTree.Create();
        var page = ManualPage.Of(root);
        Assert.All(VerbOutline.Of(root).Leaves, verb =>
        {
            Assert.Contains($".SS \"{Roff.Escape($"xmtp {verb.Synopsis}")}\"", page, StringComparison.Ordinal);
            Assert.All(verb.Options, option => Assert.Contains(Roff.Escape(option.Synopsis), page, StringComparison.Ordinal));
        });
        Assert.All(CheatSheets.All.SelectMany(static sheet => sheet.Lines), line => Assert.Contains(Roff.Escape(line.Command), page, StringComparison.Ordinal));
    }

    [Fact]
    public void ExitCodes_Constants_AreAllExplained() => Assert.Equal(
        typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (int)field.GetRawConstantValue()!),
        ExitCodes.All.Select(static code => code.Code));

    [Fact]
    public async Task Page_Formatted_HasNoWarningAndReadsWell()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/groff"), "groff is not installed.");
        using var home = new CliHome();
        var file = Path.Combine(home.Path, "xmtp.1");
        await File.WriteAllTextAsync(file, ManualPage.Of(CommandTree.Create()), TestContext.Current.CancellationToken);
        await using var run = ChildProcess.Start("groff", home.Path, ["-man", "-Tutf8", "-ww", "-z", file]);
        Assert.Empty(await run.SucceedAsync(TimeSpan.FromMinutes(1)));
        await using var shown = ChildProcess.Start("groff", home.Path, ["-man", "-Tascii", "-P-c", "-P-u", "-P-b", file]);
        var lines = await shown.SucceedAsync(TimeSpan.FromMinutes(1));
        Assert.Contains(lines, static line => line.Contains("xmtp node check --deep", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("--passphrase-file <path>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-x '`~^", "\\-x \\(aq\\(ga\\(ti\\(ha")]
    [InlineData("a\\b", "a\\eb")]
    [InlineData("…", "\\[u2026]")]
    public void Escape_SpecialCharacters_AreWritten(string text, string expected) => Assert.Equal(expected, Roff.Escape(text));
}
