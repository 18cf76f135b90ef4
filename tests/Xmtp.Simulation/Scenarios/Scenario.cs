namespace Xmtp.Simulation.Scenarios;

/// <summary>What a simulation consists of.</summary>
/// <param name="Name">Name on the command line.</param>
/// <param name="Faults">What may go wrong.</param>
internal sealed record Scenario(string Name, params FaultKind[] Faults)
{
    /// <summary>How many faults there are.</summary>
    public (int Least, int Most) Count { get; init; } = (3, 8);

    /// <summary>Publishes a second in the whole network.</summary>
    public double PublishesPerSecond { get; init; } = 6;

    /// <summary>How long faults and publishes go on.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long after the last fault all must be equal again.</summary>
    public TimeSpan HealTime { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>Nodes that come only when others have been there for long.</summary>
    public int LateJoiners { get; init; }

    /// <summary>Small envelopes published at once at one node.</summary>
    public int Backlog { get; init; }

    /// <summary>Whether one of the nodes is no correct one.</summary>
    public bool HasByzantine { get; init; }

    /// <summary>Whether damaged entries are looked for and put back.</summary>
    public bool Scrubs { get; init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("calm") { Count = (0, 0) },
        new("partitions", FaultKind.Partition, FaultKind.Partition, FaultKind.OneWay),
        new("links", FaultKind.OneWay, FaultKind.Resets, FaultKind.SlowLinks),
        new("kills", FaultKind.Kill, FaultKind.Kill, FaultKind.PowerCut),
        new("pauses", FaultKind.Pause, FaultKind.Partition),
        new("rollbacks", FaultKind.Rollback, FaultKind.Rollback, FaultKind.Kill, FaultKind.Partition, FaultKind.Pause, FaultKind.SlowDisk) { Count = (2, 6) },
        new("deaths", FaultKind.Destroy, FaultKind.Partition, FaultKind.Kill) { LateJoiners = 1 },
        new("disks", FaultKind.DiskErrors, FaultKind.DiskFull, FaultKind.SlowDisk, FaultKind.Kill),
        new("clocks", FaultKind.ClockJump, FaultKind.ClockJump, FaultKind.Kill) { HealTime = TimeSpan.FromMinutes(8) },
        new("churn", FaultKind.Leave, FaultKind.Kill, FaultKind.Resets) { LateJoiners = 2 },
        new("rot", FaultKind.BitRot, FaultKind.BitRot, FaultKind.Kill) { Scrubs = true },
        new("backlog", FaultKind.Kill, FaultKind.Partition) { Backlog = 9000, PublishesPerSecond = 1, Count = (1, 2) },
        new("byzantine", FaultKind.Partition, FaultKind.Kill, FaultKind.Resets) { HasByzantine = true, Count = (0, 3) },
        new("mixed", FaultKind.Partition, FaultKind.OneWay, FaultKind.Resets, FaultKind.SlowLinks, FaultKind.Kill, FaultKind.PowerCut, FaultKind.Pause, FaultKind.Rollback,
            FaultKind.Destroy, FaultKind.Leave, FaultKind.DiskErrors, FaultKind.DiskFull, FaultKind.SlowDisk)
        {
            Count = (4, 12), LateJoiners = 1,
        },
    ];

    public static Scenario Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name)
        ?? throw new ArgumentException($"There is no scenario {name}. There are: {string.Join(", ", All.Select(static scenario => scenario.Name))}.");
}
