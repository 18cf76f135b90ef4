using System.Diagnostics;
using System.Text.Json;
using Xmtp.Node.Hosting;

namespace Xmtp.Node.Tests.Hosting;

/// <summary>The node as a process of its own.</summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly Task<string> _error;

    private NodeProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>gRPC address, once ready.</summary>
    public Uri GrpcAddress { get; private set; } = null!;

    /// <summary>HTTP address, once ready.</summary>
    public Uri HttpAddress { get; private set; } = null!;

    /// <summary>Log lines read so far.</summary>
    public IReadOnlyList<string> Output => _output;

    public static NodeProcess Start(IEnumerable<string> args, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(NodeProgram).Assembly.Location);
        foreach (var arg in args) start.ArgumentList.Add(arg);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new NodeProcess(Process.Start(start)!);
    }

    /// <summary>Starts it on free ports and waits until it serves.</summary>
    public static async Task<NodeProcess> StartReadyAsync(params string[] args)
    {
        var node = Start(["--listen", "127.0.0.1", "--http-port", "0", "--grpc-port=0", "--grpc-web-port", "0", "--network-port", "off", "--log-format", "json", .. args]);
        using var ready = await node.WaitForEventAsync(2220);
        var state = ready.RootElement.GetProperty("State");
        node.GrpcAddress = new Uri(state.GetProperty("Grpc").GetString()!);
        node.HttpAddress = new Uri(state.GetProperty("Http").GetString()!);
        return node;
    }

    /// <summary>Reads the JSON log up to an event.</summary>
    public async Task<JsonDocument> WaitForEventAsync(int id)
    {
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            _output.Add(line);
            var json = JsonDocument.Parse(line);
            if (json.RootElement.GetProperty("EventId").GetInt32() == id) return json;
            json.Dispose();
        }

        throw new InvalidOperationException($"The node ended before event {id}: {string.Join('\n', _output)}{await _error}");
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        var rest = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, string.Join('\n', _output) + rest, await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
