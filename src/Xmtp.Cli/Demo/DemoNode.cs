using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;
using Xmtp.Protocol.Errors;

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
        var log = ErrorOutputLog();
        try
        {
            var options = new NodeOptions { Listen = "127.0.0.1", DataDirectory = data.FullName, LogLevel = LogLevel.Warning, NetworkPort = null };
            var services = new NodeServices { Log = log.GetRequiredService<ILoggerProvider>() };
            return new DemoNode(await StartAsync(options, services, cancellationToken), data, log);
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

    private static async Task<NodeHost> StartAsync(NodeOptions options, NodeServices services, CancellationToken cancellationToken)
    {
        try
        {
            return await NodeHost.StartAsync(options, services, cancellationToken);
        }
        catch (XmtpException failure) when (failure.Code == ErrorCatalogue.ListenFailed)
        {
            return await NodeHost.StartAsync(options with { HttpPort = 0, GrpcPort = 0, GrpcWebPort = 0 }, services, cancellationToken);
        }
    }
}
