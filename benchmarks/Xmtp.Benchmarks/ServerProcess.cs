using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Xmtp.Benchmarks;

/// <summary>A server under test in a process of its own, so that its memory and processor time are its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, int grpcPort)
    {
        _process = process;
        GrpcPort = grpcPort;
    }

    public int GrpcPort { get; }

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

    public static Task<ServerProcess> StartNodeAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var port = FreePort();
        return StartAsync(port,
        [
            Path.Combine(AppContext.BaseDirectory, "Xmtp.Node.dll"),
            "--data-dir", dataDirectory, "--listen", "127.0.0.1", "--log-level", "Warning",
            "--http-port", "0", "--grpc-web-port", "0", "--grpc-port", port.ToString(CultureInfo.InvariantCulture),
        ], cancellationToken);
    }

    public static Task<ServerProcess> StartEchoAsync(CancellationToken cancellationToken)
    {
        var port = FreePort();
        return StartAsync(port,
            [typeof(ServerProcess).Assembly.Location, "echo-server", "--port", port.ToString(CultureInfo.InvariantCulture)], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<ServerProcess> StartAsync(int port, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath ?? "dotnet", arguments))
            ?? throw new InvalidOperationException("The server process did not start.");
        var server = new ServerProcess(process, port);
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
