using Xmtp.Cli.Nodes;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;

namespace Xmtp.Cli.Checks;

/// <summary>A node, and what it said when it was asked.</summary>
/// <param name="Node">As the node that was asked first describes it, or another one when that does not know it.</param>
internal sealed record NodeView(KnownNode Node)
{
    private static readonly Dictionary<Hash256, HeldLogState> s_none = [];

    /// <summary>Who it is.</summary>
    public NodeId Id => Node.Id;

    /// <summary>Its name for people.</summary>
    public string Name => Node.Name;

    /// <summary>Whether the first node that was asked knows it.</summary>
    public bool IsKnownToFirst { get; init; } = true;

    /// <summary>Why it could not be asked; null when it was.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether it answered.</summary>
    public bool Answered => Failure is null;

    /// <summary>Where it answered.</summary>
    public string Address { get; init; } = "";

    /// <summary>How far its clock is ahead of this machine's; null when it did not say.</summary>
    public TimeSpan? ClockOffset { get; init; }

    /// <summary>Whom it knows.</summary>
    public PeerList Peers { get; init; } = new("", [], []);

    /// <summary>What it holds.</summary>
    public IReadOnlyDictionary<Hash256, HeldLogState> Logs { get; init; } = s_none;

    /// <summary>What cannot be read of its answer about logs.</summary>
    public IReadOnlyList<string> LogProblems { get; init; } = [];
}
