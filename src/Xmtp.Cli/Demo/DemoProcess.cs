using System.Diagnostics;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Demo;

/// <summary>A node as a process of its own, which can be killed as by a power cut. It ends by itself when this process does.</summary>
internal sealed class DemoProcess : IDisposable
{
    private const int LinesKept = 20;
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Queue<string> _lines = new();

    private DemoProcess(Process process) => _process = process;

    /// <summary>Its id in the system.</summary>
    public int Id => _process.Id;

    /// <summary>Starts <c>xmtp node run</c>.</summary>
    /// <param name="options">The node's options.</param>
    public static DemoProcess Start(IEnumerable<string> options)
    {
        var program = Environment.ProcessPath ?? "dotnet";
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, $"{typeof(DemoProcess).Assembly.GetName().Name}.dll"));
        foreach (var argument in options.Prepend(Commands.NodeCommand.StopWithInput).Prepend("run").Prepend("node")) start.ArgumentList.Add(argument);

        // What the user set for nodes of their own is not meant for this one.
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("XMTP_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        var node = new DemoProcess(Process.Start(start) ?? throw new InvalidOperationException("A second process cannot be started."));
        node._process.OutputDataReceived += (_, line) => node.Keep(line.Data);
        node._process.ErrorDataReceived += (_, line) => node.Keep(line.Data);
        node._process.BeginOutputReadLine();
        node._process.BeginErrorReadLine();
        return node;
    }

    /// <summary>Fails when it has ended by itself, with its own words.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ListenFailed"/>.</exception>
    public void ThrowIfEnded()
    {
        if (!_process.HasExited) return;
        lock (_lines) throw new XmtpException(ErrorCatalogue.ListenFailed, $"Node 3 ended with code {_process.ExitCode}: {string.Join(' ', _lines)}");
    }

    /// <summary>Ends it at once: nothing is written, nobody is told (SIGKILL).</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Ends it in order, and at once when it takes too long.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(StopPatience)) _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > LinesKept) _lines.Dequeue();
        }
    }
}
