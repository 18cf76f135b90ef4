using System.Globalization;
using System.Text.RegularExpressions;
using Xmtp.TestSupport;

namespace Xmtp.Cli.Tests;

/// <summary>What lies beside the program.</summary>
public partial class PackingTests
{
    [Fact]
    public async Task Share_ManualAndCompletions_AreThoseOfTheProgram()
    {
        using var home = new CliHome();
        foreach (var (file, arguments) in new (string, string[])[]
        {
            ("man/man1/xmtp.1", ["man"]), ("bash-completion/completions/xmtp", ["completions", "bash"]),
            ("zsh/site-functions/_xmtp", ["completions", "zsh"]), ("fish/vendor_completions.d/xmtp.fish", ["completions", "fish"]),
        })
        {
            Assert.Equal((await home.RunAsync(arguments)).Exited(0).Output, await File.ReadAllTextAsync(Path.Combine(NativeProgram.Share, file), TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void Program_Size_IsWhatThePageSays()
    {
        var said = SizeRow().Match(Repository.Read("docs/reference/speed.md")).Groups["size"].Value;
        var size = new FileInfo(NativeProgram.Path).Length / (double)(1 << 20);

        // Another patch of the runtime, or a few verbs more, need no new figure.
        Assert.InRange(size, double.Parse(said, CultureInfo.InvariantCulture) * 0.8, double.Parse(said, CultureInfo.InvariantCulture) * 1.2);
    }

    [Fact]
    public void Program_Published_StandsAlone() => Assert.Equal(
        ["xmtp"], Directory.GetFiles(Repository.FullPath("artifacts/native")).Select(static file => Path.GetFileName(file)));

    [GeneratedRegex(@"\| size of the one native file \| (?<size>\d+) MiB")]
    private static partial Regex SizeRow();
}
