using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;

namespace Xmtp.Cli.Demo;

/// <summary>The demo's node: on loopback, in a data directory that goes away with it.</summary>
internal sealed class DemoNode : IAsyncDisposable
{
    private readonly DirectoryInfo _data;

    private DemoNode(NodeHost host, DirectoryInfo data) => (Host, _data) = (host, data);

    public NodeHost Host { get; }

    /// <summary>Starts it on the ports that published clients have built in, or on free ones when those are taken.</summary>
    public static async Task<DemoNode> StartAsync(CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("xmtp-demo-");
        var options = new NodeOptions { Listen = "127.0.0.1", DataDirectory = data.FullName, LogLevel = LogLevel.Warning };
        if (AnyTaken(options.HttpPort, options.GrpcPort, options.GrpcWebPort)) options = options with { HttpPort = 0, GrpcPort = 0, GrpcWebPort = 0 };
        try
        {
            return new DemoNode(await NodeHost.StartAsync(options, cancellationToken), data);
        }
        catch
        {
            data.Delete(recursive: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private static bool AnyTaken(params int[] ports) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
        .Any(listener => ports.Contains(listener.Port) && (IPAddress.IsLoopback(listener.Address) || listener.Address.Equals(IPAddress.Any) || listener.Address.Equals(IPAddress.IPv6Any)));
}
