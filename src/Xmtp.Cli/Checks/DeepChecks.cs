using Xmtp.Cli.Nodes;
using Xmtp.Client.Transport;
using Xmtp.Node.Core.Log;

namespace Xmtp.Cli.Checks;

/// <summary>Reads every entry of a log from every holder, checks all of it, and compares the copies number by number.</summary>
/// <param name="ranges">Reads entries.</param>
/// <param name="reasons">Gets what is found.</param>
/// <param name="onRead">Is told of every few entries that were read, those of all copies together.</param>
internal sealed class DeepChecks(RangeReader ranges, CheckReasons reasons, Action<ulong> onRead)
{
    // Copies that are gone through side by side; each holds one frame.
    private const int TogetherMax = 8;

    /// <summary>Compares all copies of a log.</summary>
    public async Task RunAsync(LogComparison log, CancellationToken cancellationToken)
    {
        var proved = log.Proved.ToList();
        if (proved.Count == 0) return;
        foreach (var others in proved.Skip(1).Chunk(TogetherMax - 1).DefaultIfEmpty([])) await CompareAsync(log.Name, [proved[0], .. others], cancellationToken);
    }

    private async Task CompareAsync(LogName log, List<(NodeView View, HeldLogState State)> holders, CancellationToken cancellationToken)
    {
        var cursors = holders.ConvertAll(holder => new EntryCursor(holder.View, holder.State, ranges.ReadAsync(holder.View.Node, holder.State, 1, cancellationToken).GetAsyncEnumerator(cancellationToken)));
        try
        {
            while (true)
            {
                foreach (var cursor in cursors) await AdvanceAsync(cursor);
                var here = cursors.FindAll(static cursor => !cursor.HasEnded);
                if (here.Count == 0 || HasForked(log, here)) return;
                onRead((ulong)here.Count);
            }
        }
        finally
        {
            foreach (var cursor in cursors) await cursor.DisposeAsync();
        }
    }

    private bool HasForked(LogName log, List<EntryCursor> here)
    {
        foreach (var cursor in here)
        {
            var entry = cursor.Current!;
            if (entry.Hash != here[0].Current!.Hash)
            {
                LogChecks.Diverged(reasons, log, entry.Header.Sequence, here[0].View, cursor.View);
                return true;
            }

            if (entry.Header.Sequence != cursor.State.Watermark || entry.Hash == cursor.State.Hash) continue;
            reasons.Failed(CheckKind.EntriesInvalid, $"node {cursor.View.Name} sent another entry {entry.Header.Sequence} of log {log} than its head names", cursor.View.Id, log);
            cursor.End();
        }

        return false;
    }

    private async Task AdvanceAsync(EntryCursor cursor)
    {
        if (cursor.HasEnded) return;
        try
        {
            await cursor.AdvanceAsync();
        }
        catch (NodeException failure)
        {
            cursor.End();
            reasons.Degraded(CheckKind.NotCompared, $"log {cursor.State.Name} cannot be read from the node port of node {cursor.View.Name} ({failure.Message}), so its copy was not compared", cursor.View.Id, cursor.State.Name);
        }
        catch (RangeProblemException problem)
        {
            cursor.End();
            reasons.Failed(CheckKind.EntriesInvalid, $"node {cursor.View.Name} {problem.Message}", cursor.View.Id, cursor.State.Name);
        }
    }
}
