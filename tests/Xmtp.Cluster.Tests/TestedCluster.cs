using System.Globalization;
using Xmtp.TestCluster.Checks;
using Xmtp.TestCluster.Loads;

namespace Xmtp.Cluster.Tests;

/// <summary>A cluster of real nodes that several tests use one after the other, and all that was ever published to it: each check is over everything.</summary>
public abstract class TestedCluster(int count, params IReadOnlyList<string> nodeOptions) : IAsyncLifetime
{
    private TestCluster.Processes.Cluster? _cluster;
    private ClusterChecker? _checker;

    /// <summary>How long nodes may take to hold the same. Only a broken run waits for it.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    /// <summary>The nodes.</summary>
    public TestCluster.Processes.Cluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster has not started.");

    /// <summary>What was published.</summary>
    public Ledger Ledger { get; } = new();

    /// <summary>What must hold.</summary>
    public ClusterChecker Checker => _checker ??= new ClusterChecker(Ledger);

    /// <summary>From when the last node was ready until all were linked.</summary>
    public TimeSpan MeshFormed { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.Processes.Cluster.StartAsync(count, nodeOptions);
        try
        {
            MeshFormed = await _cluster.WaitMeshAsync(Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Describe()}", e);
        }
    }

    /// <summary>What the nodes said last, for a test that is about to fail.</summary>
    public string Describe() => string.Join('\n', Cluster.Nodes.Select(static node => $"--- {node.Name}\n{string.Join('\n', node.Output.Last(40))}"));

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>All nodes run and are linked, whatever the test before did.</summary>
    public async Task ReadyAsync()
    {
        Cluster.Links.Heal();
        foreach (var node in Cluster.Nodes.Where(static node => !node.IsRunning && Directory.Exists(node.DataDirectory)))
            await node.StartAsync(Cluster.Running[0].NetworkAddress);
        await Cluster.WaitMeshAsync(Patience);
    }

    /// <summary>Begins to publish.</summary>
    public PublishLoad Load(LoadOptions? options = null) => PublishLoad.Start(Cluster, Ledger, options);

    /// <summary>Ends the load, waits until all nodes hold the same, looks at all of it, and says how long it took.</summary>
    public async Task<CheckReport> CheckAsync(string what, PublishLoad? load = null)
    {
        if (load is not null) await load.StopAsync();
        try
        {
            var report = await Checker.CheckAsync(Cluster, Patience);
            Say($"{what}: the same everywhere after {report.Converged.TotalSeconds:0.00} s; {report.Entries} entries in {report.Logs} logs, {report.Envelopes} envelopes");
            return report;
        }
        catch
        {
            Say(Describe());
            throw;
        }
    }

    /// <summary>Writes into the test's report.</summary>
    public static void Say(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);

    /// <summary>A time for people.</summary>
    public static string Text(TimeSpan time) => time.TotalSeconds.ToString("0.00 s", CultureInfo.InvariantCulture);
}
