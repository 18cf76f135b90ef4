using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Grpc.Net.Client;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Integration;

/// <summary>The node's executable in a process of its own, the way an operator runs it.</summary>
internal sealed partial class NodeProcess : IAsyncDisposable
{
    private const int KeptOutputCharacters = 16384;

    /// <summary>The event that a node logs when it serves.</summary>
    private const string ReadyEvent = "[2220]";

    /// <summary>How long a start or a stop may take. Only a broken run waits for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource<string> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GrpcChannel? channel;

    private NodeProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public MessageApi.MessageApiClient Api { get; private set; } = null!;

    public int ExitCode => process.ExitCode;

    /// <summary>Starts a node on the data directory and waits until it answers.</summary>
    public static async Task<NodeProcess> StartAsync(string dataDirectory, params string[] options)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Xmtp.Node.dll"),
            "--data-dir", dataDirectory,
            "--listen", "127.0.0.1",
            "--http-port", "0",
            "--grpc-port", "0",
            "--grpc-web-port", "0",
            "--network-port", "off",
            .. options,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // Whatever the test run itself was told must not reach the node.
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("XMTP_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(variable);
        var node = new NodeProcess(Process.Start(start)!);
        try
        {
            await node.ReadyAsync();
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }

        return node;
    }

    /// <summary>SIGKILL: the process has no chance to write anything any more.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>SIGTERM, as a service manager sends it; returns at once.</summary>
    public async Task SignalTerminationAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async Task WaitForExitAsync()
    {
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The node did not stop within {Patience}. {Output()}");
        }
    }

    public string Output()
    {
        lock (output)
            return $"The node said: {output}";
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        channel?.Dispose();
        process.Dispose();
    }

    private async Task ReadyAsync()
    {
        var ended = process.WaitForExitAsync();
        var first = await Task.WhenAny(ready.Task, ended).WaitAsync(Patience, TestContext.Current.CancellationToken);
        if (first == ended)
            throw new InvalidOperationException($"The node did not start; it ended with {ExitCode}. {Output()}");
        channel = GrpcChannel.ForAddress(GrpcAddress().Match(await ready.Task).Groups["address"].Value);
        Api = new MessageApi.MessageApiClient(channel);
    }

    private void Keep(string? line)
    {
        if (line?.Contains(ReadyEvent, StringComparison.Ordinal) == true)
            ready.TrySetResult(line);
        lock (output)
        {
            output.AppendLine(line);
            if (output.Length > KeptOutputCharacters)
                output.Remove(0, output.Length - KeptOutputCharacters);
        }
    }

    [GeneratedRegex("gRPC (?<address>http://[^,]+),")]
    private static partial Regex GrpcAddress();
}
