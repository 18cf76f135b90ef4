namespace Xmtp.TestCluster.Loads;

/// <summary>How much is published, and how.</summary>
public sealed record LoadOptions
{
    /// <summary>Writers at the same time, spread over the nodes.</summary>
    public int Publishers { get; init; } = 9;

    /// <summary>Envelopes of one request at most.</summary>
    public int BatchMax { get; init; } = 8;

    /// <summary>Bytes of one message at most.</summary>
    public int MessageMaxBytes { get; init; } = 1500;

    /// <summary>A writer's rest after each request.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Share of requests that wait for another node's disk too.</summary>
    public double PeersShare { get; init; } = 0.3;

    /// <summary>How long a request may take before its writer turns to another node.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Where the dice begin.</summary>
    public int Seed { get; init; } = Random.Shared.Next();
}
