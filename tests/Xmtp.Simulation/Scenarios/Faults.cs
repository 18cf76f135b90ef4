using Xmtp.Simulation.Nodes;

namespace Xmtp.Simulation.Scenarios;

/// <summary>Does what goes wrong, and mends it again after a while.</summary>
internal sealed class Faults(World world)
{
    private readonly Dictionary<int, TimeSpan> _downUntil = [];

    private bool _isOver;

    private Random Random => world.Random;

    private List<SimNode> Running => [.. world.Nodes.Where(static node => node.Process is { IsRunning: true })];

    /// <summary>Begins one.</summary>
    public void Begin(FaultKind kind)
    {
        world.Scheduler.Trace.Add(world.Scheduler.Now, $"fault {kind}");
        world.Faults++;
        if (Running.Count == 0) return;
        var node = Running[Random.Next(Running.Count)];
        switch (kind)
        {
            case FaultKind.Partition: Partition(); break;
            case FaultKind.OneWay: Block(Random.Next(world.Network.Machines), Random.Next(world.Network.Machines), world.Between(2000, 40_000)); break;
            case FaultKind.Resets: Reset(); break;
            case FaultKind.SlowLinks: Slow(node); break;
            case FaultKind.Kill: Kill(node, isPowerCut: Random.Next(4) == 0, world.Between(50, 20_000)); break;
            case FaultKind.PowerCut: foreach (var each in world.Nodes) Kill(each, isPowerCut: true, world.Between(1000, 8000)); break;
            case FaultKind.Pause: Pause(node); break;
            case FaultKind.Rollback: Rollback(node); break;
            case FaultKind.Destroy: Destroy(node); break;
            case FaultKind.Leave: Leave(node); break;
            case FaultKind.ClockJump: node.Clock.Offset = world.Between(-600_000, 600_000); break;
            case FaultKind.BitRot: Rot(node); break;
            default: Disk(node, kind); break;
        }
    }

    /// <summary>Mends everything that can be mended.</summary>
    public void HealAll()
    {
        _isOver = true;
        for (var from = 0; from < world.Network.Machines; from++)
        {
            for (var to = 0; to < world.Network.Machines; to++)
            {
                world.Network[from, to].BytesPerSecond = 0;
                world.Network[from, to].Latency = TimeSpan.FromTicks(Math.Min(world.Network[from, to].Latency.Ticks, 60 * TimeSpan.TicksPerMillisecond));
                world.Network.SetBlocked(from, to, false);
            }
        }

        foreach (var node in world.Nodes)
        {
            (node.Disk.IsFull, node.Disk.FailureRate, node.Disk.Latency, node.Clock.Offset) = (false, 0, TimeSpan.FromMilliseconds(1), TimeSpan.Zero);
            if (node.Process is { IsStopped: true } process) process.Continue();
            if (node.IsLasting) node.Start();
        }
    }

    /// <summary>Does it, unless all was mended before.</summary>
    private void Later(TimeSpan delay, Action action) => world.Scheduler.After(delay, () =>
    {
        if (!_isOver) action();
    });

    private void Partition()
    {
        var machines = world.Network.Machines;
        var length = world.Between(1000, 40_000);
        var isRing = Random.Next(4) == 0;
        var alone = Random.Next(machines);
        var isOneAgainstRest = Random.Next(2) == 0;
        var sides = Enumerable.Range(0, machines).Select(machine => isOneAgainstRest ? machine == alone : Random.Next(2) == 0).ToArray();
        for (var from = 0; from < machines; from++)
        {
            for (var to = 0; to < machines; to++)
            {
                var isNeighbour = (from + 1) % machines == to || (to + 1) % machines == from;
                if (isRing ? !isNeighbour && from != to : sides[from] != sides[to]) Block(from, to, length);
            }
        }
    }

    private void Block(int from, int to, TimeSpan length)
    {
        if (from == to) return;
        world.Network.SetBlocked(from, to, true);
        Later(length, () => world.Network.SetBlocked(from, to, false));
    }

    private void Reset()
    {
        foreach (var end in world.Network.Connections.Where(_ => Random.Next(3) == 0).ToList())
            world.Network.Break(end, tellThis: Random.Next(4) != 0, tellOther: Random.Next(4) != 0);
    }

    private void Slow(SimNode node)
    {
        var (latency, rate) = (world.Between(100, 700), Random.Next(4_000, 200_000));
        for (var other = 0; other < world.Network.Machines; other++)
            foreach (var link in new[] { world.Network[node.Index, other], world.Network[other, node.Index] }) (link.Latency, link.BytesPerSecond, link.LossRate) = (latency, rate, 0.05);
        Later(world.Between(5000, 30_000), () =>
        {
            for (var other = 0; other < world.Network.Machines; other++)
                foreach (var link in new[] { world.Network[node.Index, other], world.Network[other, node.Index] }) (link.Latency, link.BytesPerSecond, link.LossRate) = (TimeSpan.FromMilliseconds(20), 0, 0.002);
        });
    }

    private void Kill(SimNode node, bool isPowerCut, TimeSpan length)
    {
        if (!node.IsUp) return;
        node.Kill(isPowerCut);
        StartAfter(node, length);
    }

    private void StartAfter(SimNode node, TimeSpan length)
    {
        var until = _downUntil[node.Index] = world.Scheduler.Elapsed + length;
        Later(length, () =>
        {
            if (_downUntil[node.Index] == until && node.IsLasting) node.Start();
        });
    }

    private void Pause(SimNode node)
    {
        var process = node.Process!;
        process.Stop();
        world.Scheduler.Trace.Add(world.Scheduler.Now, "stop", node.Index);
        Later(world.Between(200, 40_000), () =>
        {
            if (process is { IsAlive: true, IsStopped: true }) process.Continue();
        });
    }

    /// <summary>A backup is taken now; later the machine fails, and comes back with it.</summary>
    private void Rollback(SimNode node)
    {
        var backup = node.Disk.TakeBackup();
        Later(world.Between(500, 15_000), () =>
        {
            if (node.IsDestroyed || backup.Changes > node.Disk.ChangeCount) return;
            node.Kill(isPowerCut: Random.Next(2) == 0);
            // Putting a backup back may be so quick that what was sent before is still on its way.
            StartAfter(node, TimeSpan.FromHours(1));
            Later(world.Between(200, 25_000), () =>
            {
                if (node.IsUp || backup.Changes > node.Disk.ChangeCount) return;
                node.Restore(backup);
                StartAfter(node, world.Between(10, 1000));
            });
        });
    }

    private void Destroy(SimNode node)
    {
        // Most stay.
        if (world.Nodes.Count(static other => other.IsLasting) <= (world.Nodes.Count / 2) + 1) return;
        node.Destroy();
    }

    private void Leave(SimNode node)
    {
        if (world.Nodes.Count(static other => other.IsLasting) <= (world.Nodes.Count / 2) + 1) return;
        node.Leave();
        if (Random.Next(2) == 0) Later(world.Between(1000, 20_000), node.Start);
    }

    private void Disk(SimNode node, FaultKind kind)
    {
        var disk = node.Disk;
        switch (kind)
        {
            case FaultKind.DiskFull: disk.IsFull = true; break;
            case FaultKind.SlowDisk: disk.Latency = world.Between(50, 1500); break;
            default: disk.FailureRate = 0.05 + Random.NextDouble() * 0.4; break;
        }

        Later(world.Between(500, 20_000), () => (disk.IsFull, disk.Latency, disk.FailureRate) = (false, TimeSpan.FromMilliseconds(1), 0));
    }

    private void Rot(SimNode node)
    {
        world.Oracle.HasDamage = true;
        var logs = node.Disk.Logs.Where(static log => log.End.Sequence > 0).ToList();
        for (var i = Random.Next(1, 4); i > 0 && logs.Count > 0; i--)
        {
            var log = logs[Random.Next(logs.Count)];
            // The last header is what the chain goes on from; a store checks that at its start and refuses to begin.
            if (log.End.Sequence < 2) continue;
            var entry = node.Disk.Read(log.Id, (ulong)Random.NextInt64(1, (long)log.End.Sequence), 1)[0];
            // What only this disk had is gone for good, and no test of how it comes back.
            if (!world.Nodes.Exists(other => other != node && other.IsLasting && other.Disk.Logs.Any(held => held.Name == log.Name && held.End.Sequence >= entry.Place.Sequence))) continue;
            var (header, payload) = (entry.HeaderBytes.ToArray(), entry.Payload?.ToArray());
            if (payload is { Length: > 0 } && Random.Next(2) == 0) payload[Random.Next(payload.Length)] ^= (byte)(1 << Random.Next(8));
            else header[Random.Next(header.Length)] ^= (byte)(1 << Random.Next(8));
            node.Disk.Damage(entry.Place, header, payload);
            world.Scheduler.Trace.Add(world.Scheduler.Now, "rot", node.Index, value: (long)entry.Place.Sequence);
        }
    }
}
