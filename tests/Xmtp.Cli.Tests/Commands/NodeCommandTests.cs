using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Xmtp.Cli.Tests.Commands;

public class NodeCommandTests
{
    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task Run_GivenPorts_ServesUntilASignal(PosixSignal signal)
    {
        using var home = new CliHome();
        var ports = FreePorts(3);
        await using var node = await home.StartAsync(
            "node", "run", "--listen", "127.0.0.1", "--data-dir", Path.Combine(home.Path, "data"),
            "--http-port", ports[0], "--grpc-port", ports[1], "--grpc-web-port", ports[2], "--network-port", "0");
        await node.Output.LineAsync("The node is ready");

        using var http = new HttpClient();
        using var health = await http.GetAsync(new Uri($"http://127.0.0.1:{ports[0]}/healthz"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        home.Variables["XMTP_NODE"] = $"http://127.0.0.1:{ports[1]}";
        (await home.RunAsync("--json", "contact", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")).Exited(3);

        node.Signal(signal);
        Assert.Empty((await node.ExitAsync()).Exited(0).Error);
    }

    [Fact]
    public async Task Run_StopWithInput_StopsWhenItsInputEnds()
    {
        using var home = new CliHome();
        var result = (await home.RunAsync(
            "node", "run", "--stop-with-input", "--listen", "127.0.0.1", "--data-dir", Path.Combine(home.Path, "data"),
            "--http-port", "0", "--grpc-port", "0", "--grpc-web-port", "0", "--network-port", "off")).Exited(0);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task Run_WrongOptions_ListsAllOfThem()
    {
        using var home = new CliHome();
        var result = (await home.RunAsync("node", "run", "--http-port", "99999", "--store", "floppy", "--listen", "nowhere")).Exited(2);
        Assert.Empty(result.Output);
        Assert.Contains("--http-port", result.Error, StringComparison.Ordinal);
        Assert.Contains("--store", result.Error, StringComparison.Ordinal);
        Assert.Contains("--listen", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TakenPort_CannotStart()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var home = new CliHome();
        var taken = $"{((IPEndPoint)listener.LocalEndpoint).Port}";
        var result = (await home.RunAsync(
            "node", "run", "--listen", "127.0.0.1", "--data-dir", Path.Combine(home.Path, "data"), "--http-port", taken, "--grpc-port", "0", "--grpc-web-port", "0", "--network-port", "0")).Exited(3);
        Assert.Contains("XMTP3007", result.Error, StringComparison.Ordinal);
        Assert.Contains(taken, result.Error, StringComparison.Ordinal);
    }

    private static string[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(static _ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(static listener => listener.Start());
        var ports = listeners.Select(static listener => $"{((IPEndPoint)listener.LocalEndpoint).Port}").ToArray();
        listeners.ForEach(static listener => listener.Dispose());
        return ports;
    }
}
