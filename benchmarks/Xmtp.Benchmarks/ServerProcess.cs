using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Xmtp.Benchmarks;

/// <summary>A server under test in a process of its own, so that its memory and processor time are its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, int grpcPort, int httpPort, int networkPort)
    {
        _process = process;
        (GrpcPort, HttpPort, NetworkPort) = (grpcPort, httpPort, networkPort);
    }

    public int GrpcPort { get; }

    /// <summary>Port for other nodes; 0 when it takes part in no network.</summary>
    public int NetworkPort { get; }

    /// <summary>Port of the HTTP/JSON gateway; 0 for the echo server, which has none.</summary>
    public int HttpPort { get; }

    public Uri HttpAddress => new($"http://localhost:{HttpPort}");

    public Uri Address => new($"http://localhost:{GrpcPort}");

    /// <summary>Memory that only this process holds, in MiB, from the kernel's own account.</summary>
    public double ResidentMiB => File.ReadLines($"/proc/{_process.Id}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => double.Parse(line.AsSpan(6).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture) / 1024)
        .Single();

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>A node that stands alone.</summary>
    public static Task<ServerProcess> StartNodeAsync(string dataDirectory, CancellationToken cancellationToken) =>
        StartNodeAsync(dataDirectory, networkPort: 0, ["--network-port", "off"], cancellationToken);

    /// <summary>A node of a network whose nodes trust each other.</summary>
    /// <param name="dataDirectory">Where its store is.</param>
    /// <param name="bootstrap">Port of another node's network port, or of a proxy before it; 0 for none.</param>
    /// <param name="advertise">Port that others are to dial; 0 for its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<ServerProcess> StartNetworkNodeAsync(string dataDirectory, int bootstrap, int advertise, CancellationToken cancellationToken)
    {
        var port = FreePort();
        List<string> options = ["--network-port", Text(port), "--node-quotas", "off"];
        if (bootstrap != 0) options.AddRange(["--bootstrap", $"127.0.0.1:{Text(bootstrap)}"]);
        if (advertise != 0) options.AddRange(["--advertise", $"127.0.0.1:{Text(advertise)}"]);
        return StartNodeAsync(dataDirectory, port, options, cancellationToken);
    }

    private static Task<ServerProcess> StartNodeAsync(string dataDirectory, int networkPort, IEnumerable<string> options, CancellationToken cancellationToken)
    {
        var (port, httpPort) = (FreePort(), FreePort());
        return StartAsync(port, httpPort, networkPort,
        [
            Path.Combine(AppContext.BaseDirectory, "Xmtp.Node.dll"),
            "--data-dir", dataDirectory, "--listen", "127.0.0.1", "--log-level", "Warning", "--rate-limits", "off",
            "--http-port", Text(httpPort), "--grpc-web-port", "0", "--grpc-port", Text(port), .. options,
        ], cancellationToken);
    }

    public static Task<ServerProcess> StartEchoAsync(CancellationToken cancellationToken)
    {
        var port = FreePort();
        return StartAsync(port, httpPort: 0, networkPort: 0,
            [typeof(ServerProcess).Assembly.Location, "echo-server", "--port", port.ToString(CultureInfo.InvariantCulture)], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<ServerProcess> StartAsync(
        int port, int httpPort, int networkPort, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath ?? "dotnet", arguments))
            ?? throw new InvalidOperationException("The server process did not start.");
        var server = new ServerProcess(process, port, httpPort, networkPort);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(30));
        using var retry = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await IsListeningAsync(port, timeout.Token))
        {
            if (process.HasExited) throw new InvalidOperationException($"The server ended at once with exit code {process.ExitCode}.");
            await retry.WaitForNextTickAsync(timeout.Token);
        }

        return server;
    }

    private static async Task<bool> IsListeningAsync(int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
