using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;

namespace Xmtp.Cli.Demo;

/// <summary>The demo's node: on loopback, in a data directory that goes away with it.</summary>
internal sealed class DemoNode : IAsyncDisposable
{
    private readonly DirectoryInfo _data;
    private readonly ServiceProvider _log;

    private DemoNode(NodeHost host, DirectoryInfo data, ServiceProvider log) => (Host, _data, _log) = (host, data, log);

    public NodeHost Host { get; }

    /// <summary>Starts it on the ports that published clients have built in, or on free ones when those are taken.</summary>
    public static async Task<DemoNode> StartAsync(CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("xmtp-demo-");
        var options = new NodeOptions { Listen = "127.0.0.1", DataDirectory = data.FullName, LogLevel = LogLevel.Warning };
        if (AnyTaken(options.HttpPort, options.GrpcPort, options.GrpcWebPort)) options = options with { HttpPort = 0, GrpcPort = 0, GrpcWebPort = 0 };
        var log = ErrorOutputLog();
        try
        {
            return new DemoNode(await NodeHost.StartAsync(options, new NodeServices { Log = log.GetRequiredService<ILoggerProvider>() }, cancellationToken), data, log);
        }
        catch
        {
            await log.DisposeAsync();
            data.Delete(recursive: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _log.DisposeAsync();
        _data.Delete(recursive: true);
    }

    /// <summary>Standard output is the demo's; whatever the node has to say goes beside it.</summary>
    private static ServiceProvider ErrorOutputLog() => new ServiceCollection()
        .AddLogging(static logging => logging.AddSimpleConsole(static console => console.SingleLine = true))
        .Configure<ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .BuildServiceProvider();

    private static bool AnyTaken(params int[] ports) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
        .Any(listener => ports.Contains(listener.Port) && (IPAddress.IsLoopback(listener.Address) || listener.Address.Equals(IPAddress.Any) || listener.Address.Equals(IPAddress.IPv6Any)));
}
