using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Demo;

/// <summary>
/// The demo's three nodes on loopback, in data directories that go away with them: two in this process, and the third in one of its
/// own, so that it can be killed.
/// </summary>
internal sealed class DemoNetwork : IAsyncDisposable
{
    private const string Loopback = "127.0.0.1";
    private const string Name = "xmtp-demo";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly DirectoryInfo _data;
    private readonly ServiceProvider _log;
    private readonly List<DemoNode> _nodes = [];
    private NodeHost? _first;
    private NodeHost? _second;
    private DemoProcess? _third;
    private NodeId? _thirdId;
    private ulong _thirdRecord;

    private DemoNetwork(DirectoryInfo data, ServiceProvider log) => (_data, _log) = (data, log);

    /// <summary>All nodes that run and can be asked, in the order of their numbers.</summary>
    public IReadOnlyList<DemoNode> Running => _nodes;

    /// <summary>A node by its number.</summary>
    public DemoNode this[int number] => _nodes.Single(node => node.Number == number);

    /// <summary>Where people find the network: the first node's port for HTTP.</summary>
    public Uri HttpAddress => _first!.HttpAddress;

    /// <summary>Whether the first node has the ports that published clients have built in.</summary>
    public bool HasKnownPorts => _first!.GrpcPort == new NodeOptions().GrpcPort;

    /// <summary>Streams that are open at a node of this process.</summary>
    public int OpenStreamsAt(int number) => number == 1 ? _first!.OpenStreams : _second!.OpenStreams;

    /// <summary>Starts node 1.</summary>
    public static async Task<DemoNetwork> StartAsync(CancellationToken cancellationToken)
    {
        var network = new DemoNetwork(Directory.CreateTempSubdirectory("xmtp-demo-"), ErrorOutputLog());
        try
        {
            network._first = await network.StartFirstAsync(cancellationToken);
            network._nodes.Add(DemoNode.Of(1, network._first));
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts node 2, and waits until it and node 1 are linked.</summary>
    public async Task<DemoNode> StartSecondAsync(CancellationToken cancellationToken)
    {
        _second = await HostAsync(OptionsOf(2) with { HttpPort = 0, GrpcPort = 0, GrpcWebPort = 0, NetworkPort = 0 }, cancellationToken);
        _nodes.Add(DemoNode.Of(2, _second));
        await LinkedAsync(cancellationToken);
        return this[2];
    }

    /// <summary>Starts node 3 in a process of its own, the second time with the data that it has. Its first way into the network is node 1.</summary>
    public void StartThird()
    {
        _thirdId ??= MakeThird();
        _third = DemoProcess.Start(
        [
            "--listen", Loopback, "--data-dir", DirectoryOf(3), "--http-port", "0", "--grpc-port", "0", "--grpc-web-port", "0", "--network-port", "0",
            "--network", Name, "--node-quotas", "off", "--bootstrap", _first!.NetworkAddress!, "--log-level", "error",
        ]);
    }

    /// <summary>Waits until every running node is linked to all others.</summary>
    private Task LinkedAsync(CancellationToken cancellationToken) => UntilAsync("the nodes to find each other", async () =>
    {
        foreach (var node in _nodes)
        {
            var peers = await node.GetPeersAsync(cancellationToken);
            if (_nodes.Any(other => other != node && !peers.Any(peer => peer.Id == other.Id && peer.Link == LinkState.Connected))) return false;
        }

        return true;
    }, cancellationToken);

    /// <summary>Waits until node 3 is there and linked to all others.</summary>
    public async Task<DemoNode> ThirdJoinedAsync(CancellationToken cancellationToken)
    {
        await UntilAsync("node 3 to join", async () =>
        {
            _third!.ThrowIfEnded();
            var known = (await this[1].GetPeersAsync(cancellationToken)).FirstOrDefault(
                peer => peer.Id == _thirdId && peer.Link == LinkState.Connected && peer.Record.Counter > _thirdRecord);
            if (known is null) return false;
            _thirdRecord = known.Record.Counter;
            _nodes.Add(DemoNode.Of(3, known));
            return true;
        }, cancellationToken);
        await LinkedAsync(cancellationToken);
        return this[3];
    }

    /// <summary>Kills node 3.</summary>
    /// <returns>The number of the process that was.</returns>
    public async Task<int> KillThirdAsync(CancellationToken cancellationToken)
    {
        var process = _third!.Id;
        await _third.KillAsync(cancellationToken);
        _third.Dispose();
        _third = null;
        var node = this[3];
        _nodes.Remove(node);
        await node.DisposeAsync();
        return process;
    }

    /// <summary>Waits until a condition holds.</summary>
    /// <exception cref="InvalidOperationException">It did not.</exception>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            while (!await condition()) await Task.Delay(Pause, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"The demo waited {Patience.TotalSeconds} s in vain for {what}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        _third?.Dispose();
        if (_second is not null) await _second.DisposeAsync();
        if (_first is not null) await _first.DisposeAsync();
        await _log.DisposeAsync();
        _data.Delete(recursive: true);
    }

    /// <summary>On the ports that published clients have built in, or on free ones when those are taken.</summary>
    private async Task<NodeHost> StartFirstAsync(CancellationToken cancellationToken)
    {
        var options = OptionsOf(1);
        var anyPorts = options with { HttpPort = 0, GrpcPort = 0, GrpcWebPort = 0, NetworkPort = 0 };
        if (!IsFree(options.HttpPort, options.GrpcPort, options.GrpcWebPort, options.NetworkPort!.Value)) return await HostAsync(anyPorts, cancellationToken);
        try
        {
            return await HostAsync(options, cancellationToken);
        }
        catch (XmtpException failure) when (failure.Code == ErrorCatalogue.ListenFailed)
        {
            // Somebody was quicker.
            return await HostAsync(anyPorts, cancellationToken);
        }
    }

    /// <summary>Looked at before a node tries, which would log that it could not start.</summary>
    private static bool IsFree(params IEnumerable<int> ports)
    {
        foreach (var port in ports)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            }
            catch (SocketException)
            {
                return false;
            }
        }

        return true;
    }

    private Task<NodeHost> HostAsync(NodeOptions options, CancellationToken cancellationToken) =>
        NodeHost.StartAsync(options, new NodeServices { Log = _log.GetRequiredService<ILoggerProvider>() }, cancellationToken);

    private NodeOptions OptionsOf(int number) => new()
    {
        Listen = Loopback,
        DataDirectory = DirectoryOf(number),
        // That a node was killed is part of the story, and no news for the error output.
        LogLevel = LogLevel.Error,
        Network = new NetworkSettings { Name = Name, Quotas = false, Bootstrap = _first?.NetworkAddress is { } address ? [address] : [] },
    };

    /// <summary>Its key is made here, so that it can be told from whatever else joins.</summary>
    private NodeId MakeThird()
    {
        Directory.CreateDirectory(DirectoryOf(3));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(DirectoryOf(3), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var key = NodeKeyFile.LoadOrCreate(DirectoryOf(3));
        return key.Id;
    }

    private string DirectoryOf(int number) => Path.Combine(_data.FullName, $"node-{number}");

    /// <summary>Standard output is the demo's; whatever a node has to say goes beside it.</summary>
    private static ServiceProvider ErrorOutputLog() => new ServiceCollection()
        .AddLogging(static logging => logging.AddSimpleConsole(static console => console.SingleLine = true))
        .Configure<ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .BuildServiceProvider();
}
