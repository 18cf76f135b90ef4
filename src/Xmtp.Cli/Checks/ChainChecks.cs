using Xmtp.Cli.Nodes;
using Xmtp.Client.Transport;

namespace Xmtp.Cli.Checks;

/// <summary>
/// Where nodes stand at different numbers of a log, looks whether the lower one's hash is in the chain of the higher one: the entry
/// after it names it. One frame of at most 1,024 entries is read per log in most cases.
/// </summary>
internal sealed class ChainChecks(RangeReader ranges, CheckReasons reasons)
{
    // More would read whole logs, which is what --deep is for.
    private const int FramesPerLogMax = 4;

    /// <summary>Compares the holders of one log with the one that has most of it.</summary>
    public async Task RunAsync(LogComparison log, CancellationToken cancellationToken)
    {
        var proved = log.Proved.ToList();
        var (top, state) = proved[0];
        var lower = proved.Where(holder => holder.State.Watermark < state.Watermark).Reverse().ToList();
        for (var frames = 0; lower.Count > 0; frames++)
        {
            if (frames == FramesPerLogMax)
            {
                reasons.Note(CheckKind.NotCompared, $"{lower.Count} nodes stand too far apart in log {log.Name} to be compared quickly; --deep compares all of it", null, log.Name);
                return;
            }

            if (await ReadFrameAsync(top, state, lower[0].State.Watermark + 1, cancellationToken) is not { } frame) return;
            lower.RemoveAll(holder => IsSettled(log, top, holder, frame));
        }
    }

    /// <summary>Whether a frame tells about a holder; if it tells against it, that is said.</summary>
    private bool IsSettled(LogComparison log, NodeView top, (NodeView View, HeldLogState State) holder, IReadOnlyList<ReadEntry> frame)
    {
        var next = holder.State.Watermark + 1;
        if (next > frame[^1].Header.Sequence) return false;
        if (frame[(int)(next - frame[0].Header.Sequence)].Header.PreviousHash != holder.State.Hash) LogChecks.Diverged(reasons, log.Name, holder.State.Watermark, holder.View, top);
        return true;
    }

    private async Task<IReadOnlyList<ReadEntry>?> ReadFrameAsync(NodeView top, HeldLogState state, ulong from, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var frame in ranges.ReadAsync(top.Node, state, from, cancellationToken)) return frame;
            reasons.Note(CheckKind.NotCompared, $"node {top.Name} gives no entries of log {state.Name} to this machine, so nodes that have less of it were not compared", top.Id, state.Name);
        }
        catch (NodeException failure)
        {
            reasons.Note(CheckKind.NotCompared, $"the node port of node {top.Name} cannot be read ({failure.Message}), so nodes that have less of log {state.Name} were not compared", top.Id, state.Name);
        }
        catch (RangeProblemException problem)
        {
            reasons.Failed(CheckKind.EntriesInvalid, $"node {top.Name} {problem.Message}", top.Id, state.Name);
        }

        return null;
    }
}
