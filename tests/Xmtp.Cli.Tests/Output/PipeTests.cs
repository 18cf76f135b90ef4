namespace Xmtp.Cli.Tests.Output;

/// <summary>Results that nobody reads to their end.</summary>
public class PipeTests
{
    // The pipe's only reader has opened it and gone before the command begins, so that every write fails.
    private const string Script = """
        set -u
        mkfifo pipe
        (exec 3<pipe) & reader=$!
        exec 4>pipe
        wait $reader
        "$@" >&4
        echo "code $?"
        """;

    [Theory]
    [InlineData("man")]
    [InlineData("completions bash")]
    [InlineData("cheat --json")]
    [InlineData("error XMTP1001")]
    public async Task Write_ReaderGone_EndsQuietlyWithItsCode(string arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such pipe.");
        using var home = new CliHome();
        var lines = await RunAsync(home, Script, [.. arguments.Split(' ')]);
        Assert.Equal(["code 141"], lines);
    }

    [Fact]
    public async Task Write_FullDisk_IsToldAndNotTakenForAPipe()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no full device.");
        using var home = new CliHome();
        var lines = await RunAsync(home, "\"$@\" >/dev/full; echo \"code $?\"", "man");
        Assert.Equal("code 1", lines[^1]);
        Assert.Contains(lines, static line => line.Contains("No space left on device", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Write_FileThatOthersWriteToo_KeepsEveryLine()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for a shell.");
        using var home = new CliHome();
        var lines = await RunAsync(home, "(\"$@\"; echo between; \"$@\") >results; cat results", "error", "XMTP1001", "--json");
        Assert.Equal(3, lines.Count);
        Assert.Equal((lines[0], "between"), (lines[2], lines[1]));
    }

    private static async Task<IReadOnlyList<string>> RunAsync(CliHome home, string script, params string[] arguments)
    {
        await using var run = TestSupport.ChildProcess.Start("bash", home.Path, ["-c", script, "bash", .. CliProgram.Command, .. arguments], [("HOME", home.Path)]);
        return await run.SucceedAsync(TimeSpan.FromMinutes(1));
    }
}
