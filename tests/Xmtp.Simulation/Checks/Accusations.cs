using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Simulation.Nodes;

namespace Xmtp.Simulation.Checks;

/// <summary>What a node says of others in its log. Of a correct one it may say nothing bad, whatever happens.</summary>
internal static class Accusations
{
    private const int SenderMisbehaved = 2251;
    private const int LogQuarantined = 2252;
    private const int LogFrozen = 2253;
    private const int CutOff = 2258;
    private const int OwnLogForked = 2262;
    private const int RecordsClash = 2239;
    private const int TwinFound = 2240;
    private const int CutOffByMesh = 2246;

    public static void Judge(World world, int node, int eventId, IReadOnlyList<KeyValuePair<string, object?>> values, Func<string> text)
    {
        if (eventId is OwnLogForked or TwinFound)
        {
            world.Verdict.Fail(Invariant.Innocence, $"n{node} accuses itself: {text()}");
            return;
        }

        if (eventId is not (SenderMisbehaved or LogQuarantined or LogFrozen or CutOff or CutOffByMesh or RecordsClash)) return;
        // A sender is to blame for what it passes on only when it is not the disk of it that was damaged.
        if (eventId == SenderMisbehaved && world.Oracle.HasDamage) return;
        if (Accused(world, eventId, values) is { } accused) world.Verdict.Fail(Invariant.Innocence, $"n{node} accuses n{accused.Index}: {text()}");
    }

    private static SimNode? Accused(World world, int eventId, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        foreach (var (name, value) in values)
        {
            if (eventId is LogQuarantined or LogFrozen)
            {
                if (value is LogName log) return world.Nodes.Find(node => node.Key.Id == log.Node);
            }
            else if (name == "Node")
            {
                return value is NodeId id ? world.Nodes.Find(node => node.Key.Id == id)
                    : world.Nodes.Find(node => node.Key.Id.ToShortString() == value as string || node.Key.Id.ToString() == value as string);
            }
        }

        return null;
    }
}
