using System.Diagnostics;
using Xunit;

namespace Xmtp.TestSupport;

/// <summary>A process that a test starts and looks at. It is ended with the test, its children included.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];

    private ChildProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    /// <summary>What it wrote so far, to either output.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="directory">Where it runs.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables beside those of this process; null removes one.</param>
    public static ChildProcess Start(string program, string directory, IEnumerable<string> arguments, IEnumerable<(string Name, string? Value)>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? [])
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        return new ChildProcess(start);
    }

    /// <summary>Runs a program to its end, which must be without failure.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="environment">Variables beside those of this process; null removes one.</param>
    /// <returns>What it wrote, to either output.</returns>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, TimeSpan limit, params IEnumerable<(string Name, string? Value)> environment)
    {
        await using var process = Start(program, Directory.GetCurrentDirectory(), arguments, environment);
        return string.Concat((await process.SucceedAsync(limit)).Select(static line => line + "\n"));
    }

    /// <summary>Waits for a line that holds a text, and gives it. Fails when the process ends without.</summary>
    public async Task<string> LineAsync(string text)
    {
        string? Find() => Lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));
        await Eventually.TrueAsync(() => Find() is not null || _process.HasExited, $"a line with \"{text}\"");
        return Find() ?? throw new InvalidOperationException($"It ended without a line with \"{text}\":\n{string.Join('\n', Lines)}");
    }

    /// <summary>Waits for its end, which must be without failure.</summary>
    public async Task<IReadOnlyList<string>> SucceedAsync(TimeSpan limit)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(limit);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"It did not end in {limit}:\n{string.Join('\n', Lines)}");
        }

        Assert.True(_process.ExitCode == 0, $"It ended with {_process.ExitCode}:\n{string.Join('\n', Lines)}");
        return Lines;
    }

    /// <summary>Asks it to stop, as Ctrl+C or a service manager does. Not on Windows.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Ends it if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null) return;
        lock (_gate) _lines.Add(line);
    }
}
