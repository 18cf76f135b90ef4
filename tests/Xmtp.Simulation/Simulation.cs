using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Network;
using Xmtp.Simulation.Byzantine;
using Xmtp.Simulation.Checks;
using Xmtp.Simulation.Clients;
using Xmtp.Simulation.Network;
using Xmtp.Simulation.Nodes;
using Xmtp.Simulation.Scenarios;

namespace Xmtp.Simulation;

/// <summary>One run: nodes come, clients publish and read, things go wrong, all is mended, and in the end every disk is compared entry by entry.</summary>
internal sealed class Simulation
{
    private static readonly TimeSpan s_publishesBegin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_loadAfterHealing = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_calmAtTheEnd = TimeSpan.FromSeconds(4);

    private readonly SimulationOptions _options;
    private readonly World _world;
    private readonly Faults _faults;
    private readonly Workload _workload;
    private NodeKey? _byzantine;
    private TimeSpan _healTime;

    private Simulation(SimulationOptions options)
    {
        _options = options;
        var scenario = options.Scenario;
        var count = options.Nodes ?? (3 + new Random(options.Seed).Next(5));
        _world = new World(options.Seed, count + (scenario.HasByzantine ? 1 : 0), options.Canary) { Scrubs = scenario.Scrubs };
        _faults = new Faults(_world);
        _workload = new Workload(_world, scenario.PublishesPerSecond);
        for (var i = 0; i < count; i++) AddNode(i, count);
        if (scenario.HasByzantine) AddByzantine(count);
    }

    /// <summary>Runs a simulation to its end, or to the first thing that does not hold.</summary>
    public static SimulationResult Run(SimulationOptions options)
    {
        // Whatever completes must go on at once and on this thread.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        var simulation = new Simulation(options);
        try
        {
            simulation.Run();
            return simulation.Result(null);
        }
        catch (Exception e)
        {
            return simulation.Result(e);
        }
        finally
        {
            foreach (var node in simulation._world.Nodes) node.Process?.Kill(isPowerCut: true);
            foreach (var node in simulation._world.Nodes) node.Key.Dispose();
            simulation._byzantine?.Dispose();
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private void Run()
    {
        var scenario = _options.Scenario;
        foreach (var node in _world.Nodes) _world.Scheduler.After(StartOf(node), node.Start);
        Advance(s_publishesBegin);
        _workload.Run(scenario.Length + s_loadAfterHealing);
        new Pager(_world).Run(scenario.Length + s_loadAfterHealing);
        if (scenario.Backlog > 0) _world.Scheduler.After(_world.Between(3000, 12_000), Backlog);
        for (var i = _world.Random.Next(scenario.Count.Least, scenario.Count.Most + 1); i > 0; i--)
        {
            var kind = scenario.Faults[_world.Random.Next(scenario.Faults.Length)];
            _world.Scheduler.After(_world.Between(1000, (scenario.Length - s_publishesBegin).TotalMilliseconds - 2000), () => _faults.Begin(kind));
        }

        Advance(scenario.Length);
        _faults.HealAll();
        _world.Scheduler.Trace.Add(_world.Scheduler.Now, "all is mended");
        Advance(scenario.Length + s_loadAfterHealing);
        Heal();
        new FinalCheck(_world).Run();
    }

    private void Heal()
    {
        var scenario = _options.Scenario;
        var convergence = new Convergence(_world);
        while (convergence.Obstacle() is { } obstacle)
        {
            if (_world.Scheduler.Elapsed > scenario.Length + scenario.HealTime) throw new InvariantException(Invariant.Convergence, $"{scenario.HealTime.TotalSeconds} s after all was mended {obstacle}");
            Advance(_world.Scheduler.Elapsed + s_look);
        }

        _healTime = _world.Scheduler.Elapsed - scenario.Length;
        Advance(_world.Scheduler.Elapsed + s_calmAtTheEnd);
        if (convergence.Obstacle() is { } late) throw new InvariantException(Invariant.Convergence, $"all was equal, and {s_calmAtTheEnd.TotalSeconds} s later {late}");
    }

    private void Advance(TimeSpan until)
    {
        while (_world.Scheduler.Elapsed < until)
        {
            var next = _world.Scheduler.Elapsed + s_look;
            _world.Scheduler.RunUntil(next < until ? next : until);
            Bounds.Check(_world);
            if (_world.Verdict.Failure is { } failure) throw failure;
        }
    }

    private void Backlog()
    {
        if (_world.Nodes.Find(static node => node.Process is { IsRunning: true }) is not { } node) return;
        for (var i = 0; i < _options.Scenario.Backlog; i += 3000)
        {
            var count = Math.Min(3000, _options.Scenario.Backlog - i);
            _world.Scheduler.After(TimeSpan.FromSeconds(i / 3000), () => _workload.Burst(node, count));
        }
    }

    private TimeSpan StartOf(SimNode node) => node.Index >= _world.Nodes.Count - _options.Scenario.LateJoiners && node.Index > 1
        ? _world.Between(10_000, 30_000)
        : _world.Between(0, 2500);

    private void AddNode(int index, int count)
    {
        var scalar = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"node {index} of {_options.Seed}")));
        var options = new NetworkOptions
        {
            Network = "simulation",
            NodeEndpoint = SimNetwork.AddressOf(index),
            Bootstrap = [.. Enumerable.Range(0, count).Where(other => other != index).Select(SimNetwork.AddressOf)],
            Quotas = false,
        };
        _world.Nodes.Add(new SimNode(_world, index, NodeKey.FromScalar(scalar), options, 1 + (_world.Random.NextDouble() - 0.5) * 0.02));
    }

    private void AddByzantine(int index)
    {
        var mischief = Enum.GetValues<Mischief>().Where(_ => _world.Random.Next(3) == 0).ToHashSet();
        mischief.Add((Mischief)_world.Random.Next(Enum.GetValues<Mischief>().Length));
        _byzantine = NodeKey.FromScalar(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"byzantine of {_options.Seed}"))));
        var node = new ByzantineNode(_world, index, _byzantine, mischief);
        _world.Scheduler.Trace.Add(0, $"mischief {string.Join('+', mischief)}", index);
        _world.Oracle.Logged($"n{index} is no correct node: {string.Join(", ", mischief)}");
        _world.Scheduler.After(_world.Between(500, 5000), node.Start);
    }

    private SimulationResult Result(Exception? failure)
    {
        var scheduler = _world.Scheduler;
        var report = failure is null ? null : Report(failure);
        return new SimulationResult(_options, report, scheduler.Events, scheduler.Elapsed, scheduler.Trace.Hash, _world.Oracle.Logs.Values.Sum(static log => log.Entries.Count), _healTime)
        {
            Invariant = (failure as InvariantException)?.Invariant,
        };
    }

    private string Report(Exception failure) => $"""
        Seed {_options.Seed}, scenario {_options.Scenario.Name}, {_world.Nodes.Count} nodes, at {_world.Scheduler.Elapsed.TotalSeconds:F4} s after {_world.Scheduler.Events} events:
        {(failure is InvariantException ? failure.Message : failure.ToString())}
        Run it again: {_options.Command}

        What happened last:
        {_world.Scheduler.Trace}
        What the nodes logged last:
        {_world.Oracle.Lines}
        """;
}
