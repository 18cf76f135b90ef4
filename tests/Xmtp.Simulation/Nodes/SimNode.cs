using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Network;
using Xmtp.Simulation.Disk;
using Xmtp.Simulation.Network;
using Xmtp.Simulation.Scheduling;

namespace Xmtp.Simulation.Nodes;

/// <summary>A correct node's machine: its key, disk and clocks, and the process that runs on it, if any.</summary>
internal sealed class SimNode
{
    private readonly World _world;

    public SimNode(World world, int index, NodeKey key, NetworkOptions options, double clockRate)
    {
        (_world, Index, Key, Options) = (world, index, key, options);
        Clock = new NodeClock(world.Scheduler, clockRate);
        world.Oracle.Watch(this);
    }

    public int Index { get; }

    public NodeKey Key { get; }

    public NetworkOptions Options { get; }

    public NodeClock Clock { get; }

    public SimDisk Disk { get; } = new();

    public NodeProcess? Process { get; private set; }

    /// <summary>Whether the machine is gone for good, with its disk.</summary>
    public bool IsDestroyed { get; private set; }

    /// <summary>Whether it left the network on purpose.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Whether its disk was ever put back to an older state.</summary>
    public bool WasRolledBack { get; private set; }

    public int Starts { get; private set; }

    public string Address => SimNetwork.AddressOf(Index);

    public bool IsUp => Process is not null;

    /// <summary>Whether it is expected to take part again in the end.</summary>
    public bool IsLasting => !IsDestroyed && !HasLeft;

    public void Start()
    {
        if (IsUp || IsDestroyed) return;
        if (Disk.IsFull)
        {
            // It would refuse to begin, and be started again.
            _world.Scheduler.After(TimeSpan.FromSeconds(1), Start);
            return;
        }

        _world.Scheduler.Trace.Add(_world.Scheduler.Now, "start", Index);
        Starts++;
        HasLeft = false;
        Process = new NodeProcess(_world, this);
        Process.Start();
    }

    /// <summary>Ends the process as kill -9 does, or the machine as a power cut does.</summary>
    public void Kill(bool isPowerCut = false)
    {
        if (Process is not { } process) return;
        _world.Scheduler.Trace.Add(_world.Scheduler.Now, isPowerCut ? "power cut" : "kill", Index);
        Process = null;
        process.Kill(isPowerCut);
    }

    /// <summary>Says good-bye and ends.</summary>
    public void Leave()
    {
        if (Process is not { IsRunning: true } process) return;
        _world.Scheduler.Trace.Add(_world.Scheduler.Now, "leave", Index);
        process.Leave();
        HasLeft = true;
        Process = null;
        process.Kill(isPowerCut: false);
    }

    /// <summary>Loses the machine and its disk for ever.</summary>
    public void Destroy()
    {
        Kill(isPowerCut: true);
        _world.Scheduler.Trace.Add(_world.Scheduler.Now, "destroy", Index);
        IsDestroyed = true;
        _world.Oracle.Destroyed(this);
    }

    /// <summary>Puts an older state of the disk back while no process runs.</summary>
    public void Restore(SimDisk.Backup backup)
    {
        if (IsUp || IsDestroyed) return;
        _world.Scheduler.Trace.Add(_world.Scheduler.Now, "restore", Index, value: backup.Changes);
        WasRolledBack = true;
        Disk.Restore(backup);
        _world.Oracle.Restored(this);
    }
}
