using Xmtp.Cli.Commands;
using Xmtp.Cli.Outline;
using Xmtp.TestSupport;

namespace Xmtp.Cli.Tests.Completions;

public class CompletionsCommandTests
{
    private static VerbOutline Outline { get; } = VerbOutline.Of(CommandTree.Create());

    [Theory]
    [InlineData("xmtp n", "node")]
    [InlineData("xmtp node ", "run peers check inspect *")]
    [InlineData("xmtp node inspect h", "head")]
    [InlineData("xmtp --node localhost:5556 --json node p", "peers")]
    [InlineData("xmtp node check --de", "--deep")]
    [InlineData("xmtp node run --store ", "rocksdb memory")]
    [InlineData("xmtp node run --network-port ", "off")]
    [InlineData("xmtp completions ", "bash fish powershell zsh")]
    [InlineData("xmtp cheat p", "pipes")]
    [InlineData("xmtp read 0x01 --limit ", "")]
    [InlineData("xmtp read 0x01 --pass", "--passphrase-file")]
    [InlineData("xmtp send --key-file ./pass", "./passphrase")]
    [InlineData("xmtp nothing ", "demo node identity *")]
    public async Task Bash_Line_OffersWhatFits(string line, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for bash.");
        using var home = new CliHome();
        await File.WriteAllTextAsync(Path.Combine(home.Path, "script"), (await home.RunAsync("completions", "bash")).Exited(0).Output, TestContext.Current.CancellationToken);
        const string Complete = """
            set -eu
            source ./script
            complete -p xmtp >/dev/null
            line=$1
            COMP_WORDS=($line)
            [[ $line == *' ' ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _xmtp
            printf '%s\n' "${COMPREPLY[@]-}"
            """;
        await using var run = ChildProcess.Start("bash", home.Path, ["-c", Complete, "bash", line]);
        var offered = (await run.SucceedAsync(TimeSpan.FromMinutes(1))).Where(static word => word.Length > 0).ToList();
        var words = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [.. var some, "*"]) Assert.Subset(offered.ToHashSet(), some.ToHashSet());
        else Assert.Equal(words.Order(StringComparer.Ordinal), offered.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("bash", "bash")]
    [InlineData("zsh", "zsh")]
    [InlineData("fish", "fish")]
    [InlineData("powershell", "pwsh")]
    public async Task Script_OfAShell_NamesEveryVerbAndOptionAndIsItsLanguage(string shell, string program)
    {
        using var home = new CliHome();
        var script = (await home.RunAsync("completions", shell)).Exited(0).Output;
        Assert.All(Outline.Leaves, verb => Assert.Contains(verb.Path[^1], script, StringComparison.Ordinal));
        Assert.All(Outline.All.SelectMany(static verb => verb.Options), option => Assert.Contains(shell == "fish" ? $"-l {option.Name[2..]}" : option.Name, script, StringComparison.Ordinal));

        // Its own parser has the last word, where it is installed.
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        if (path is null) return;
        var file = Path.Combine(home.Path, "script");
        await File.WriteAllTextAsync(file, script, TestContext.Current.CancellationToken);
        string[] check = shell == "powershell" ? ["-NoProfile", "-Command", $"$null = [scriptblock]::Create((Get-Content -Raw '{file}'))"] : ["-n", file];
        await using var run = ChildProcess.Start(path, home.Path, check);
        await run.SucceedAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Completions_UnknownShell_IsRefused()
    {
        using var home = new CliHome();
        Assert.Contains("bash", (await home.RunAsync("completions", "csh")).Exited(2).Error, StringComparison.Ordinal);
    }
}
