using Xmtp.Node.Core.Log;
using Xmtp.Simulation.Nodes;

namespace Xmtp.Simulation.Checks;

/// <summary>Whether all correct nodes are linked, take publishes and hold the same.</summary>
internal sealed class Convergence(World world)
{
    /// <summary>What is not so yet; null when all is.</summary>
    public string? Obstacle()
    {
        var nodes = world.Nodes.Where(static node => node.IsLasting).ToList();
        foreach (var node in nodes)
        {
            if (node.Process is not { } process) return $"n{node.Index} does not run";
            if (!process.IsIdle) return $"n{node.Index} is still at work";
            if (process.Writer.OwnLog is null) return $"n{node.Index} takes no publishes";
            if (nodes.Find(other => other != node && !process.Engine.Mesh.IsLinked(other.Key.Id)) is { } unlinked) return $"n{node.Index} has no link with n{unlinked.Index}";
            if (node.Disk.Damaged.Count > 0) return $"n{node.Index} has damaged entries: {string.Join(", ", node.Disk.Damaged)}";
            if (Difference(nodes[0], node) is { } difference) return difference;
        }

        return null;
    }

    private string? Difference(SimNode first, SimNode other)
    {
        var (left, right) = (Ends(first), Ends(other));
        foreach (var (name, end) in left)
            if (right.GetValueOrDefault(name) is var theirs && theirs != end) return $"n{first.Index} has {end.Sequence} entries of {name}, and n{other.Index} has {theirs.Sequence}";
        foreach (var (name, end) in right)
            if (!left.ContainsKey(name)) return $"n{other.Index} has {end.Sequence} entries of {name}, and n{first.Index} has none";
        return null;
    }

    // What a node that is no correct one wrote, and showed or did not show to whom it liked, may end anywhere.
    private Dictionary<LogName, LogEnd> Ends(SimNode node) =>
        node.Disk.Logs.Where(log => log.End.Sequence > 0 && world.Oracle.Canonical(log.Name).Originator is not null).ToDictionary(static log => log.Name, static log => log.End);
}
