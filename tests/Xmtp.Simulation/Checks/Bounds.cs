using Xmtp.Simulation.Nodes;

namespace Xmtp.Simulation.Checks;

/// <summary>Nothing in a node grows without bound, however long a fault lasts.</summary>
internal static class Bounds
{
    private const int SessionsPerMachineMax = 8;
    private const int RangesMax = 4;

    public static void Check(World world)
    {
        foreach (var node in world.Nodes)
        {
            if (node.Process is not { } process) continue;
            Require(world, node, "connections", process.Actions.SessionCount, SessionsPerMachineMax * world.Network.Machines);
            Require(world, node, "ranges being read", process.Actions.RangeCount, RangesMax);
            Require(world, node, "requests in the writer's queue", process.Writer.QueueLength, 4096);
        }
    }

    private static void Require(World world, SimNode node, string what, int count, int most) =>
        world.Verdict.Require(count <= most, Invariant.Convergence, $"n{node.Index} has {count} {what}");
}
