using Xmtp.Cli.Nodes;
using Xmtp.Client.Transport;
using Xmtp.Node.Core.Keys;

namespace Xmtp.Cli.Checks;

/// <summary>Checks a network from one of its nodes on: asks all, compares all, and says how it stands.</summary>
internal sealed class NetworkCheck(CheckOptions options)
{
    private const int LogsInFlightMax = 8;

    /// <summary>Runs it.</summary>
    /// <param name="address">Where one node serves clients.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CheckReport> RunAsync(Uri address, CancellationToken cancellationToken)
    {
        var (began, clock) = (options.Time.GetUtcNow(), options.Time.GetTimestamp());
        try
        {
            var survey = new NetworkSurvey(options);
            var views = await survey.RunAsync(address, cancellationToken);
            var first = LogComparison.Of(views);
            views = await SettleAsync(survey, views, first, cancellationToken);
            var logs = LogComparison.Of(views, first.ToDictionary(static log => log.Name, static log => log.Target));
            var reasons = new CheckReasons();
            new NodeChecks(views, options, reasons).Run();
            var read = await CompareAsync(views, logs, reasons, cancellationToken);
            return new CheckReport
            {
                Status = reasons.Worst, Reasons = reasons.All, Counts = reasons.Counts, Nodes = views, Logs = logs, EntriesRead = read,
                Began = began, Took = options.Time.GetElapsedTime(clock),
            };
        }
        catch (NodeException failure)
        {
            var reason = new CheckReason(CheckStatus.Unknown, CheckKind.NotAsked, $"the node at {address.OriginalString} cannot be asked: {Output.CliConsole.Printable(failure.Message).ReplaceLineEndings(" ")}");
            return new CheckReport
            {
                Status = CheckStatus.Unknown, Reasons = [reason], Counts = new Dictionary<CheckKind, int> { [CheckKind.NotAsked] = 1 },
                Began = began, Took = options.Time.GetElapsedTime(clock),
            };
        }
    }

    /// <summary>The nodes were not asked at one moment. Who was behind then is asked again: it must have by now what others had before.</summary>
    private async Task<IReadOnlyList<NodeView>> SettleAsync(
        NetworkSurvey survey, IReadOnlyList<NodeView> views, IReadOnlyList<LogComparison> logs, CancellationToken cancellationToken)
    {
        var behind = new HashSet<NodeId>();
        foreach (var log in logs.Where(static log => log.Target > 0))
        {
            behind.UnionWith(log.Missing.Select(static view => view.Id));
            behind.UnionWith(log.Holders.Where(holder => log.LagOf(holder.State) > 0).Select(static holder => holder.View.Id));
        }

        if (behind.Count == 0) return views;
        await Task.Delay(options.SettlingTime, options.Time, cancellationToken);
        var again = (await survey.AskAgainAsync(views.Where(view => behind.Contains(view.Id)), cancellationToken)).ToDictionary(static view => view.Id);
        return [.. views.Select(view => again.GetValueOrDefault(view.Id, view))];
    }

    private async Task<ulong?> CompareAsync(IReadOnlyList<NodeView> views, IReadOnlyList<LogComparison> logs, CheckReasons reasons, CancellationToken cancellationToken)
    {
        var judge = new LogChecks(views, options, reasons);
        var open = logs.Where(judge.Run).Select(static log => log.Name).ToHashSet();
        var ranges = new RangeReader(options.Patience, options.Time);
        if (options.Deep)
        {
            // Copies of a frozen log differ behind the fork; that is what froze it.
            var whole = logs.Where(static log => !log.IsFrozen).ToList();
            var total = whole.SelectMany(static log => log.Proved).Aggregate(0UL, static (sum, holder) => sum + holder.State.Watermark);
            ulong read = 0;
            var deep = new DeepChecks(ranges, reasons, more =>
            {
                read += more;
                options.Progress?.Invoke(read, total);
            });
            foreach (var log in whole) await deep.RunAsync(log, cancellationToken);
            return read;
        }

        var chains = new ChainChecks(ranges, reasons);
        foreach (var some in logs.Where(log => open.Contains(log.Name)).Chunk(LogsInFlightMax)) await Task.WhenAll(some.Select(log => chains.RunAsync(log, cancellationToken)));
        return null;
    }
}
