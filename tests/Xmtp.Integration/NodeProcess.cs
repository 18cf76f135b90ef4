using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Integration;

/// <summary>The node's executable in a process of its own, the way an operator runs it.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private const int KeptOutputCharacters = 16384;

    /// <summary>How long a start or a stop may take. Only a broken run waits for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly GrpcChannel channel;
    private readonly StringBuilder output = new();

    private NodeProcess(Process process, int httpPort, int grpcPort)
    {
        this.process = process;
        HttpPort = httpPort;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        channel = GrpcChannel.ForAddress($"http://127.0.0.1:{grpcPort}");
        Api = new MessageApi.MessageApiClient(channel);
    }

    public int HttpPort { get; }

    public MessageApi.MessageApiClient Api { get; }

    public int ExitCode => process.ExitCode;

    /// <summary>Starts a node on the data directory and waits until it answers.</summary>
    public static async Task<NodeProcess> StartAsync(string dataDirectory, params string[] options)
    {
        // Ports are taken anew on every start: the kernel may still hold those of a killed node.
        var (httpPort, grpcPort, grpcWebPort) = (FreePort(), FreePort(), FreePort());
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
            "--http-port", Text(httpPort),
            "--grpc-port", Text(grpcPort),
            "--grpc-web-port", Text(grpcWebPort),
            .. options,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // Whatever the test run itself was told must not reach the node.
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("XMTP_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(variable);
        var node = new NodeProcess(Process.Start(start)!, httpPort, grpcPort);
        try
        {
            await node.AnswersAsync();
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
        using var kill = Process.Start("kill", ["-TERM", Text(process.Id)]);
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
        channel.Dispose();
        process.Dispose();
    }

    private async Task AnswersAsync()
    {
        var started = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                var request = new QueryRequest { ContentTopics = { "/xmtp/0/m-ready/proto" } };
                await Api.QueryAsync(request, cancellationToken: TestContext.Current.CancellationToken);
                return;
            }
            catch (RpcException failure) when (failure.StatusCode == StatusCode.Unavailable && !process.HasExited && started.Elapsed < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
            }
            catch (RpcException failure)
            {
                throw new InvalidOperationException($"The node does not answer ({failure.Status}). {Output()}", failure);
            }
        }
    }

    private void Keep(string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
            if (output.Length > KeptOutputCharacters)
                output.Remove(0, output.Length - KeptOutputCharacters);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
