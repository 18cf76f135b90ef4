using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;
using Xmtp.Simulation.Nodes;

namespace Xmtp.Simulation.Checks;

/// <summary>What a correct node says to others is on its disk by then, and true.</summary>
internal static class Exposure
{
    public static void Check(World world, SimNode node, LogTable logs, Frame frame)
    {
        switch (frame.FrameCase)
        {
            case Frame.FrameOneofCase.Entries: Check(world, node, logs, frame.Entries); break;
            case Frame.FrameOneofCase.Ack:
                foreach (var watermark in frame.Ack.Watermarks) Check(world, node, logs, new Hash256(watermark.Log.Span), watermark.Watermark_, "acknowledges");
                break;
            case Frame.FrameOneofCase.Heads: Check(world, node, logs, frame.Heads.Logs); break;
            case Frame.FrameOneofCase.Vector: Check(world, node, logs, frame.Vector.Logs); break;
            case Frame.FrameOneofCase.Evidence: Check(world, node, frame.Evidence); break;
            default: break;
        }
    }

    public static void Check(World world, SimNode node, LogTable logs, Entries entries)
    {
        if (entries.Entries_.Count == 0 || !SignedHead.TryRead(entries.Head.Span, out var head))
        {
            world.Verdict.Fail(Invariant.Soundness, $"n{node.Index} sends entries without a head");
            return;
        }

        Check(world, node, logs, new Hash256(entries.Log.Span), head.Sequence, "sends");
    }

    private static void Check(World world, SimNode node, LogTable logs, IEnumerable<LogState> states)
    {
        foreach (var state in states)
        {
            if (!SignedHead.TryRead(state.Head.Span, out var head) || head.Sequence != state.Watermark || new Hash256(state.Hash.Span) != head.Hash)
            {
                world.Verdict.Fail(Invariant.Soundness, $"n{node.Index} tells of a log without a head at its end");
                continue;
            }

            Check(world, node, logs, head.Log.ToHash(), head.Sequence, "tells of");
            if (world.Oracle.Logs.GetValueOrDefault(head.Log) is { Originator: not null } log && (head.Sequence > (ulong)log.Entries.Count || log.Entries[(int)head.Sequence - 1].Hash != head.Hash))
                world.Verdict.Fail(Invariant.Agreement, $"n{node.Index} tells of another entry {head.Sequence} of {head.Log} than there is");
        }
    }

    private static void Check(World world, SimNode node, LogTable logs, Hash256 hash, ulong sequence, string what)
    {
        var durable = logs.Find(hash) is { } log ? node.Disk.EndOf(log.Id) : 0;
        if (durable < sequence) world.Verdict.Fail(Invariant.Exposure, $"n{node.Index} {what} entry {sequence} of log {hash}, and has {durable} on its disk");
    }

    private static void Check(World world, SimNode node, Evidence evidence)
    {
        var accused = world.Nodes.Find(other => other.Key.Public.Bytes.Span.SequenceEqual(evidence.Log.PublicKey.Span));
        if (accused is not null) world.Verdict.Fail(Invariant.Innocence, $"n{node.Index} spreads evidence against n{accused.Index}");
    }
}
