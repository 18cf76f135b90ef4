using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Xmtp.Cli.Tests;

/// <summary>The real command, running as a process of its own.</summary>
internal sealed class XmtpProcess : IAsyncDisposable
{
    // On a machine that is busy with other things too. A hanging command fails its test instead of the whole run.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly CliHome _home;
    private readonly Process _process;
    private readonly CancellationTokenSource _giveUp;

    private XmtpProcess(CliHome home, Process process)
    {
        (_home, _process) = (home, process);
        _giveUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _giveUp.CancelAfter(s_patience);
        Output = new ProcessOutput(process.StandardOutput, _giveUp.Token);
        Error = new ProcessOutput(process.StandardError, _giveUp.Token);
    }

    public ProcessOutput Output { get; }

    public ProcessOutput Error { get; }

    /// <summary>Starts it in a home directory, with nothing to read on standard input unless <paramref name="input"/> says so.</summary>
    public static async Task<XmtpProcess> StartAsync(CliHome home, IEnumerable<string> arguments, string input = "")
    {
        // A shell starts background jobs, a whole test run among them, with SIGINT ignored, and children inherit that.
        string[] command = [.. OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : Array.Empty<string>(), .. CliProgram.Command];
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = home.Path,
        };
        foreach (var argument in command[1..].Concat(arguments)) start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("XMTP_", StringComparison.Ordinal) || name.StartsWith("XDG_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in home.Variables) start.Environment[name] = value;
        var running = new XmtpProcess(home, Process.Start(start)!);
        try
        {
            await running._process.StandardInput.WriteAsync(input);
            running._process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code tells the rest.
        }

        return running;
    }

    /// <summary>Waits for its end. Every run is held to what no run may do: drive a terminal, or tell a secret.</summary>
    public async Task<XmtpResult> ExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync(_giveUp.Token);
            var result = new XmtpResult(_process.ExitCode, await Output.AllAsync(), await Error.AllAsync());
            var written = result.Output + result.Error;
            Assert.DoesNotContain('\u001b', written);
            Assert.All(_home.Secrets, secret => Assert.DoesNotContain(secret, written, StringComparison.OrdinalIgnoreCase));
            return result;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The command did not end. So far:\n{Output.SoFar}\n{Error.SoFar}");
        }
    }

    public void Signal(PosixSignal signal) => Assert.Equal(0, kill(_process.Id, signal switch
    {
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGTERM => 15,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    }));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _giveUp.CancelAsync();
        await Output.EndAsync();
        await Error.EndAsync();
        _process.Dispose();
        _giveUp.Dispose();
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
