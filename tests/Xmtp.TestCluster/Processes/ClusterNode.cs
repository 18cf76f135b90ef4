using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Grpc.Net.Client;
using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;
using Xmtp.TestCluster.Faults;

namespace Xmtp.TestCluster.Processes;

/// <summary>
/// One node of a cluster: the node's executable in a process of its own with RocksDB, behind a proxy for the other nodes. It can die
/// and come back, with the same addresses and whatever data it is given.
/// </summary>
public sealed partial class ClusterNode : IAsyncDisposable
{
    /// <summary>How long a start or an end may take. Only a broken run waits for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int ReadyEvent = 2220;

    private readonly ClusterContext _context;
    private readonly LinkProxy _proxy;
    private readonly int _networkPort = FreePort.Take();
    private readonly NodePorts _ports = new(FreePort.Take(), FreePort.Take(), FreePort.Take());
    private volatile Process? _process;
    private GrpcChannel? _channel;

    internal ClusterNode(ClusterContext context, int index)
    {
        (_context, Index) = (context, index);
        DataDirectory = Path.Combine(context.Directory, Name);
        _proxy = new LinkProxy(index, context.Links, context.FindSource) { Target = _networkPort };
    }

    /// <summary>Its number in the cluster.</summary>
    public int Index { get; }

    /// <summary>Its name in reports.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"n{Index}");

    /// <summary>Its data.</summary>
    public string DataDirectory { get; }

    /// <summary>What it said.</summary>
    public NodeOutput Output { get; } = new();

    /// <summary>Where others reach it: its proxy.</summary>
    public string NetworkAddress => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_proxy.Port}");

    /// <summary>Where it listens for other nodes itself.</summary>
    public string DirectNetworkAddress => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_networkPort}");

    /// <summary>Where clients reach gRPC.</summary>
    public Uri GrpcAddress => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_ports.Grpc}"));

    /// <summary>Where clients reach HTTP.</summary>
    public Uri HttpAddress => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_ports.Http}"));

    /// <summary>Whether its process is there.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Its process.</summary>
    public int? ProcessId => IsRunning ? _process!.Id : null;

    /// <summary>The message API.</summary>
    public MessageApi.MessageApiClient Api => new(Channel);

    /// <summary>What it tells of the network.</summary>
    public Bootstrap.BootstrapClient Network => new(Channel);

    private GrpcChannel Channel => _channel ??= GrpcChannel.ForAddress(GrpcAddress, new GrpcChannelOptions { MaxReceiveMessageSize = null });

    /// <summary>Who it is, from its key file.</summary>
    public NodeId ReadId()
    {
        using var key = ReadKey();
        return key.Public.Id;
    }

    /// <summary>Its key, for a test that speaks in its name.</summary>
    public NodeKey ReadKey()
    {
        var text = File.ReadAllText(Path.Combine(DataDirectory, "node.key"));
        return NodeKey.ImportPkcs8(Convert.FromBase64String(text[PemEncoding.Find(text).Base64Data]));
    }

    /// <summary>Starts it and waits until it answers clients.</summary>
    /// <param name="bootstrap">Addresses to join by.</param>
    public async Task StartAsync(params IEnumerable<string> bootstrap)
    {
        if (IsRunning) throw new InvalidOperationException($"{Name} runs already.");
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = Process.Start(StartInfo(bootstrap))!;
        _context.Reaper.Add(process.Id);
        Output.Follow(process, line =>
        {
            if (line.Contains(NodeOutput.Mark(ReadyEvent), StringComparison.Ordinal)) ready.TrySetResult();
        });
        // What it replaces is left to the collector: somebody may just be looking at it.
        _process = process;
        var ended = process.WaitForExitAsync();
        if (await Task.WhenAny(ready.Task, ended).WaitAsync(Patience) == ended)
            throw new InvalidOperationException($"{Name} did not start; it ended with {process.ExitCode}. It said:\n{string.Join('\n', Output.Last(20))}");
    }

    /// <summary>SIGKILL: it has no chance to write anything any more.</summary>
    public async Task KillAsync()
    {
        if (!IsRunning) return;
        _process!.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _context.Reaper.Remove(_process.Id);
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("TERM");
        await _process!.WaitForExitAsync().WaitAsync(Patience);
        _context.Reaper.Remove(_process.Id);
    }

    /// <summary>SIGSTOP: it stands still, and its connections stay open.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT.</summary>
    public Task ContinueAsync() => SignalAsync("CONT");

    /// <summary>Has it write a backup of itself while it runs, without its key.</summary>
    /// <param name="path">The archive.</param>
    public async Task BackUpAsync(string path)
    {
        var address = AdminAddress().Match(Output.Last(int.MaxValue).Last(static line => AdminAddress().IsMatch(line))).Value;
        using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = Patience };
        var token = await File.ReadAllTextAsync(Path.Combine(DataDirectory, "admin.token"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/backup") { Headers = { Authorization = new("Bearer", token.Trim()) } };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var file = File.Create(path);
        await response.Content.CopyToAsync(file);
    }

    /// <summary>Copies its data while it is not running.</summary>
    public string CopyData()
    {
        if (IsRunning) throw new InvalidOperationException("Data can be copied only while the node is stopped.");
        var copy = $"{DataDirectory}-{Guid.NewGuid():N}";
        DirectoryCopy.Make(DataDirectory, copy);
        return copy;
    }

    /// <summary>Puts older data in the place of its own while it is not running.</summary>
    public void RestoreData(string copy)
    {
        DestroyData();
        DirectoryCopy.Make(copy, DataDirectory);
    }

    /// <summary>Its disk is gone for good.</summary>
    public void DestroyData()
    {
        if (IsRunning) throw new InvalidOperationException("The node still runs.");
        Directory.Delete(DataDirectory, recursive: true);
    }

    /// <summary>Memory in RAM now, in bytes.</summary>
    public long ResidentBytes()
    {
        var line = File.ReadLines($"/proc/{_process!.Id}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(Digits().Match(line).Value, CultureInfo.InvariantCulture) * 1024;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        _channel?.Dispose();
        await _proxy.DisposeAsync();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private ProcessStartInfo StartInfo(IEnumerable<string> bootstrap)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Xmtp.Node.dll"),
            "--data-dir", DataDirectory,
            "--listen", "127.0.0.1",
            .. _ports.Options,
            "--network-port", _networkPort.ToString(CultureInfo.InvariantCulture),
            "--advertise", NetworkAddress,
            .. bootstrap.SelectMany(static address => new[] { "--bootstrap", address }),
            .. _context.NodeOptions,
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // Whatever the test run itself was told must not reach the node.
        foreach (var variable in start.Environment.Keys.Where(static name => name.StartsWith("XMTP_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(variable);
        return start;
    }

    [GeneratedRegex(@"(?<=operator's port is )http://[0-9.:]+")]
    private static partial Regex AdminAddress();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
