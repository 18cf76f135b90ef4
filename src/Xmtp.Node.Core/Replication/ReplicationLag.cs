namespace Xmtp.Node.Core.Replication;

/// <summary>How far this node is behind what the linked nodes say.</summary>
/// <param name="Logs">Logs held.</param>
/// <param name="LogsBehind">Logs of which somebody has more.</param>
/// <param name="EntriesBehind">Entries that somebody has and this node does not.</param>
/// <param name="Frozen">Logs frozen because their originators signed two histories.</param>
internal readonly record struct ReplicationLag(int Logs, int LogsBehind, ulong EntriesBehind, int Frozen)
{
    public static ReplicationLag Measure(ReplicationContext context)
    {
        var (logs, behind, entries, frozen) = (0, 0, 0UL, 0);
        foreach (var log in context.Logs.All)
        {
            logs++;
            if (log.IsFrozen) frozen++;
            var furthest = context.Peers.Values.Select(peer => peer.WatermarkOf(log.Hash)).DefaultIfEmpty().Max();
            var end = log.End.Sequence;
            if (furthest <= end || log == context.OwnLog) continue;
            behind++;
            entries += furthest - end;
        }

        return new ReplicationLag(logs, behind, entries, frozen);
    }
}
