using System.Globalization;
using Grpc.Core;
using Xmtp.TestCluster.Checks;
using Xmtp.TestCluster.Loads;
using Xmtp.TestCluster.Processes;

namespace Xmtp.Soak;

/// <summary>One run: fault after fault, a check after each, and a report.</summary>
internal sealed class SoakRun
{
    private const int LinesOfANode = 60;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly Cluster _cluster;
    private readonly Ledger _ledger = new();
    private readonly ClusterChecker _checker;
    private readonly Random _random;
    private readonly int _seed;
    private readonly TextWriter _output;
    private readonly SoakFaults _faults;
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private TimeSpan _slowest;
    private int _rounds;

    private SoakRun(Cluster cluster, int seed, TextWriter output)
    {
        (_cluster, _seed, _random, _output) = (cluster, seed, new Random(seed), output);
        _checker = new ClusterChecker(_ledger);
        _faults = new SoakFaults(cluster, _ledger, _random);
    }

    /// <summary>Runs, and prints what happens.</summary>
    /// <returns>0 when all that must hold held.</returns>
    public static async Task<int> RunAsync(TimeSpan time, int seed, int nodes, TextWriter output, CancellationToken cancellationToken)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{nodes} nodes, {time.TotalMinutes} minutes, seed {seed}"));
        await using var cluster = await Cluster.StartAsync(nodes);
        var run = new SoakRun(cluster, seed, output);
        try
        {
            await cluster.WaitMeshAsync(s_patience);
            while (TimeProvider.System.GetElapsedTime(run._started) < time && !cancellationToken.IsCancellationRequested) await run.RoundAsync(cancellationToken);
            run.Report("held");
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            run.Report("held until it was ended");
            return 0;
        }
        catch (Exception e) when (e is ClusterCheckException or TimeoutException or InvalidOperationException or RpcException)
        {
            run.Report($"FAILED: {e.Message}");
            foreach (var node in cluster.Nodes) output.WriteLine($"--- {node.Name}\n{string.Join('\n', node.Output.Last(LinesOfANode))}");
            return 1;
        }
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        var options = new LoadOptions { Publishers = _random.Next(2, 13), Rest = TimeSpan.FromMilliseconds(_random.Next(2, 100)), PeersShare = _random.NextDouble(), Seed = _random.Next() };
        string fault;
        await using (var load = PublishLoad.Start(_cluster, _ledger, options))
        {
            fault = await _faults.RunAsync(load, cancellationToken);
            _cluster.Links.Heal();
            await load.StopAsync();
        }

        var report = await _checker.CheckAsync(_cluster, s_patience);
        await _cluster.WaitMeshAsync(s_patience);
        if (report.Converged > _slowest) _slowest = report.Converged;
        _rounds++;
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{TimeProvider.System.GetElapsedTime(_started):mm\\:ss} {fault}: the same after {report.Converged.TotalSeconds:0.0} s; {report.Envelopes} envelopes, {report.Entries} entries, {report.Logs} logs, {_cluster.Running.Count} nodes, {_cluster.Running.Max(static node => node.ResidentBytes()) >> 20} MiB at most"));
    }

    private void Report(string outcome) => _output.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{outcome}: {_rounds} faults, {_ledger.Acknowledged} envelopes acknowledged, slowest to be the same {_slowest.TotalSeconds:0.0} s; again with --seed {_seed}"));
}
