using System.Security.Cryptography;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Replication;
using Xmtp.Node.Core.Storage;
using Xmtp.Simulation.Clients;
using Xmtp.Simulation.Nodes;

namespace Xmtp.Simulation.Checks;

/// <summary>Reads every disk through once all is equal again, and compares it byte by byte with what must be there.</summary>
internal sealed class FinalCheck(World world)
{
    private readonly HashSet<Hash256> _signed = [];

    public void Run()
    {
        var nodes = world.Nodes.Where(static node => node.IsLasting).ToList();
        foreach (var node in nodes)
        {
            foreach (var log in node.Disk.Logs) CheckLog(node, log);
            CheckVisible(node);
            CheckPages(node);
            CheckLive(node);
        }

        foreach (var publication in world.Oracle.Publications) CheckDurable(publication, nodes);
        foreach (var name in world.Oracle.Logs.Where(static pair => pair.Value.Originator is null).Select(static pair => pair.Key)) CheckOfNobody(name, nodes);
        if (world.Verdict.Failure is { } failure) throw failure;
    }

    private void CheckLog(SimNode node, StoredLog log)
    {
        var canonical = world.Oracle.Canonical(log.Name);
        var entries = node.Disk.Read(log.Id, 1, int.MaxValue);
        Require((ulong)entries.Count == log.End.Sequence, Invariant.Agreement, $"n{node.Index} has {entries.Count} of {log.End.Sequence} entries of {log.Name}");
        Require(!log.IsFrozen || canonical.Originator is null, Invariant.Innocence, $"n{node.Index} has frozen the log {log.Name} of n{canonical.Originator}");
        Hash256 previous = default;
        for (var i = 0; i < entries.Count; i++)
        {
            var hash = EntryHeaderFormat.Hash(entries[i].HeaderBytes.Span);
            Require(i == 0 || entries[i].ReadHeader().PreviousHash == previous, Invariant.Agreement, $"entry {i + 1} of {log.Name} at n{node.Index} does not name the one before it");
            previous = hash;
            if (canonical.Originator is null && (i >= canonical.Entries.Count || canonical.Entries[i].Hash != hash)) continue;
            var isEqual = i < canonical.Entries.Count && hash == canonical.Entries[i].Hash
                && (entries[i].Payload is { } payload ? payload.Span.SequenceEqual(canonical.Entries[i].Payload!.Value.Span) : canonical.Entries[i].Payload is null);
            Require(isEqual, Invariant.Agreement, $"entry {i + 1} of {log.Name} at n{node.Index} is not what n{canonical.Originator} wrote");
        }

        if (entries.Count > 0) CheckHeads(node, log, entries);
    }

    /// <summary>A log of a node that is no correct one: what it holds is sound, and where two disks differ in an entry, all have frozen it.</summary>
    private void CheckOfNobody(LogName name, List<SimNode> nodes)
    {
        var copies = nodes.Select(node => (Node: node, Log: node.Disk.Logs.FirstOrDefault(log => log.Name == name))).Where(static copy => copy.Log is not null)
            .Select(static copy => (copy.Node, Log: copy.Log!, Entries: copy.Node.Disk.Read(copy.Log!.Id, 1, int.MaxValue))).ToList();
        foreach (var (node, _, entries) in copies)
            foreach (var entry in entries)
                Require(IsSound(entry), Invariant.Agreement, $"n{node.Index} stores entry {entry.Place.Sequence} of {name}, which no node may take");
        var isForked = copies.Exists(one => copies.Exists(other => one.Entries.Zip(other.Entries).Any(static pair => !pair.First.HeaderBytes.Span.SequenceEqual(pair.Second.HeaderBytes.Span))));
        foreach (var (node, log, _) in copies)
            Require(!isForked || log.IsFrozen, Invariant.Evidence, $"n{node.Index} does not know that {name} has two histories");
    }

    private static bool IsSound(LoggedEntry entry)
    {
        var header = entry.ReadHeader();
        return entry.Payload is { } payload && SHA256.HashData(payload.Span).AsSpan().SequenceEqual(header.PayloadHash.ToArray()) && header.Kind == EntryKind.ClassicEnvelope;
    }

    private void CheckHeads(SimNode node, StoredLog log, List<LoggedEntry> entries)
    {
        var heads = new List<SignedHead>();
        World.Now(node.Disk.Image.ReadHeadsAsync(log.Id, 1, ulong.MaxValue, heads, int.MaxValue));
        ulong before = 0;
        foreach (var head in heads)
        {
            Require(head.Sequence - before <= ReplicationLimits.FrameEntriesMax, Invariant.Agreement, $"n{node.Index} has no head of {log.Name} from {before} to {head.Sequence}");
            Require(head.Sequence <= (ulong)entries.Count && EntryHeaderFormat.Hash(entries[(int)head.Sequence - 1].HeaderBytes.Span) == head.Hash, Invariant.Agreement, $"the head of {log.Name} at {head.Sequence} at n{node.Index} is another entry's");
            // The same bytes are on every disk; once is enough.
            var bytes = new Hash256(SHA256.HashData(head.Bytes.Span));
            Require(!_signed.Add(bytes) || head.IsSignedBy(log.Key), Invariant.Agreement, $"the head of {log.Name} at {head.Sequence} at n{node.Index} is not signed");
            before = head.Sequence;
        }

        Require(before == log.End.Sequence, Invariant.Agreement, $"n{node.Index} has no head at the end of {log.Name}");
    }

    /// <summary>Each envelope in any log is visible once, and nothing else is.</summary>
    private void CheckVisible(SimNode node)
    {
        foreach (var group in Visible.Entries(node.Disk).GroupBy(static entry => entry.Key))
        {
            var place = Visible.PlaceOf(node.Disk, group.Key);
            Require(group.Any(entry => entry.Place == place), Invariant.Idempotency, $"n{node.Index} shows not one of the {group.Count()} entries of an envelope, but {place}");
            var copies = World.Now(node.Disk.Image.FindCopiesAsync(group.Key)).ToHashSet();
            Require(copies.SetEquals(group.Select(static entry => entry.Place).Where(other => other != place)), Invariant.Idempotency, $"n{node.Index} does not know all copies of an envelope");
        }
    }

    /// <summary>Pages of every topic hold what the logs hold.</summary>
    private void CheckPages(SimNode node)
    {
        var expected = Visible.Entries(node.Disk).GroupBy(static entry => entry.Key).ToDictionary(static group => group.Key, static group => group.First());
        foreach (var byTopic in expected.Values.GroupBy(static entry => entry.Header.Topic))
        {
            var page = World.Now(node.Disk.Image.QueryAsync(new EnvelopeQuery([byTopic.Key], EnvelopeKey.Min, EnvelopeKey.Max, Descending: false, int.MaxValue)));
            var keys = byTopic.Select(static entry => entry.Key.Key).Order().ToList();
            Require(page.Select(static row => row.Key).SequenceEqual(keys), Invariant.Delivery, $"pages of {byTopic.Key} at n{node.Index} have {page.Count} of {keys.Count} envelopes");
        }
    }

    private void CheckLive(SimNode node)
    {
        node.Process!.Live.Read();
        var visible = Visible.Keys(node.Disk);
        Require(node.Process.Live.Seen.SetEquals(visible), Invariant.Delivery, $"a live reader of n{node.Index} saw {node.Process.Live.Seen.Count} of {visible.Count} envelopes");
    }

    private void CheckDurable(Publication publication, List<SimNode> nodes)
    {
        var level = publication.Attempts.Where(static attempt => attempt.State is AttemptState.Acknowledged or AttemptState.AcknowledgedLess)
            .Select(attempt => attempt.State == AttemptState.Acknowledged ? Math.Max(0, attempt.Peers - world.Oracle.Liars) : 0).DefaultIfEmpty(-1).Max();
        if (!nodes.Exists(node => publication.Holders.Contains(node.Index)))
        {
            // Who left took its disk along.
            var lost = publication.LostHolders.Union(publication.Holders).Count();
            Require(level < 0 || lost > level, Invariant.Durability, $"{publication}, acknowledged for {level} other nodes, is gone; {lost} stores that had it were lost");
            return;
        }

        foreach (var node in nodes)
        {
            Require(publication.Holders.Contains(node.Index), Invariant.Durability, $"{publication} is not at n{node.Index}, and at {string.Join(", ", publication.Holders.Select(static holder => $"n{holder}"))}");
            var place = Visible.PlaceOf(node.Disk, publication.Key);
            if (place.IsNone) world.Verdict.Fail(Invariant.Idempotency, $"{publication} is at n{node.Index} and not shown");
        }
    }

    private void Require(bool holds, Invariant invariant, string what) => world.Verdict.Require(holds, invariant, what);
}
