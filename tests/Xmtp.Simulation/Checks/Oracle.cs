using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Simulation.Clients;
using Xmtp.Simulation.Disk;
using Xmtp.Simulation.Nodes;

namespace Xmtp.Simulation.Checks;

/// <summary>Sees everything that becomes durable anywhere and everything that clients do, and says at once when that cannot be right.</summary>
internal sealed class Oracle(World world)
{
    private const int LinesMax = 80;
    private static readonly TimeSpan s_evidencePatience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<EnvelopeIndexKey, Publication> _publications = [];
    private readonly HashSet<EnvelopeIndexKey> _ephemeral = [];
    private readonly Dictionary<(int Node, Hash256 Key), (LogName Log, ulong Sequence)> _own = [];
    private readonly HashSet<LogName> _frozen = [];
    private readonly Queue<string> _lines = new();

    /// <summary>All logs.</summary>
    public Dictionary<LogName, CanonicalLog> Logs { get; } = [];

    public IReadOnlyCollection<Publication> Publications => _publications.Values;

    /// <summary>Whether the scenario changed bytes on a disk: then a correct node may pass on what is wrong.</summary>
    public bool HasDamage { get; set; }

    /// <summary>How often a disk was put back to an older state.</summary>
    public int Restores { get; private set; }

    /// <summary>How many nodes are no correct ones.</summary>
    public int Liars => world.Network.Machines - world.Nodes.Count;

    /// <summary>The last lines that nodes logged.</summary>
    public string Lines => string.Join(Environment.NewLine, _lines);

    public void Watch(SimNode node) => node.Disk.Changed = change =>
    {
        if (change is DiskChange.Freeze freeze) Frozen(node, node.Disk.Logs[(int)freeze.Log.Value].Name);
        if (change is not DiskChange.Commit commit) return;
        foreach (var entry in commit.Entries) Committed(node, entry);
    };

    public void Add(Publication publication) => _publications[publication.Key] = publication;

    public void AddEphemeral(EnvelopeIndexKey key) => _ephemeral.Add(key);

    public bool IsEphemeral(EnvelopeIndexKey key) => _ephemeral.Contains(key);

    public void Logged(string line)
    {
        _lines.Enqueue(line);
        if (_lines.Count > LinesMax) _lines.Dequeue();
    }

    public CanonicalLog Canonical(LogName name)
    {
        if (!Logs.TryGetValue(name, out var log)) Logs[name] = log = new CanonicalLog(IndexOf(name.Node));
        return log;
    }

    /// <summary>A client is told that its envelope is durable.</summary>
    public void Acknowledged(Attempt attempt, int reached)
    {
        var (publication, node) = (attempt.Publication, attempt.Node);
        Require(publication.Holders.Contains(node), Invariant.Durability, $"n{node} acknowledged {publication}, which is not on its disk");
        if (attempt.State == AttemptState.Acknowledged && attempt.Peers > 0)
        {
            var others = publication.Holders.Union(publication.LostHolders).Count(holder => holder != node);
            // Who is no correct node acknowledges what it does not have, and nobody can tell.
            Require(others + Liars >= attempt.Peers && reached >= attempt.Peers, Invariant.Durability, $"n{node} acknowledged {publication} for {attempt.Peers} other nodes, and {others} have it");
        }

        foreach (var earlier in publication.Attempts)
        {
            if (earlier == attempt || earlier.Node != node || earlier.Place.Sequence == 0 || earlier.Place == attempt.Place || world.Nodes[node].WasRolledBack) continue;
            world.Verdict.Fail(Invariant.Idempotency, $"n{node} acknowledged {publication} at {earlier.Place} and then at {attempt.Place}");
        }
    }

    /// <summary>A disk is gone.</summary>
    public void Destroyed(SimNode node)
    {
        foreach (var publication in _publications.Values) Lose(publication, node.Index);
        Unsettle();
    }

    /// <summary>A disk has an older state again.</summary>
    public void Restored(SimNode node)
    {
        Restores++;
        foreach (var publication in _publications.Values) Lose(publication, node.Index);
        foreach (var log in node.Disk.Logs)
            foreach (var entry in node.Disk.Read(log.Id, 1, int.MaxValue))
                if (Find(entry.ReadHeader()) is { } publication) Hold(publication, node.Index);

        Unsettle();
    }

    /// <summary>The publication that an entry holds; null when there is none.</summary>
    public Publication? Find(EntryHeader header) =>
        _publications.GetValueOrDefault(new EnvelopeIndexKey(TopicHash(header.Topic), new EnvelopeKey(header.SenderTimeNs, header.Digest)));

    private static Hash256 TopicHash(string topic) => new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(topic)));

    private int? IndexOf(NodeId node) => world.Nodes.Find(other => other.Key.Id == node)?.Index;

    /// <summary>What no disk has any more, its originator may know nothing of.</summary>
    private void Unsettle()
    {
        var held = world.Nodes.Where(static node => !node.IsDestroyed).SelectMany(static node => node.Disk.Logs).ToLookup(static log => log.Name, static log => log.End.Sequence);
        foreach (var (name, log) in Logs)
            if (held[name].DefaultIfEmpty().Max() is var known && known < (ulong)log.Entries.Count) log.Settled = Math.Min(log.Settled, (int)known);
    }

    /// <summary>The first to find two histories tells all that it is linked with, and within seconds they have frozen the log too.</summary>
    private void Frozen(SimNode node, LogName name)
    {
        if (!_frozen.Add(name) || node.Process is not { } process) return;
        var told = world.Nodes.Where(other => process.Engine.Mesh.IsLinked(other.Key.Id) && other.Process?.Engine.Mesh.IsLinked(node.Key.Id) == true).ToList();
        var faults = world.Faults;
        world.Scheduler.After(s_evidencePatience, () =>
        {
            if (world.Faults != faults || faults > 0) return;
            foreach (var other in told)
                Require(other.Process?.Writer.Logs.Find(name.ToHash()) is null or { IsFrozen: true }, Invariant.Evidence, $"n{other.Index} does not know, {s_evidencePatience.TotalSeconds} s after n{node.Index}, that {name} has two histories");
        });
    }

    private static void Lose(Publication publication, int node)
    {
        if (publication.Holders.Remove(node)) publication.LostHolders.Add(node);
    }

    private static void Hold(Publication publication, int node)
    {
        publication.Holders.Add(node);
        publication.LostHolders.Remove(node);
    }

    private void Committed(SimNode node, PendingEntry entry)
    {
        var header = EntryHeaderFormat.Read(entry.Header);
        var log = Canonical(header.Log);
        var index = (int)header.Sequence - 1;
        world.Scheduler.Trace.Add(world.Scheduler.Now, "stored", node.Index, log.Originator ?? -1, (long)header.Sequence);
        if (log.Originator is { } originator) CommittedHonest(node, entry, header, log, originator);
        else if (index == log.Entries.Count) log.Entries.Add(new CanonicalLog.Entry(entry.HeaderHash, entry.Header.ToArray(), entry.Payload));
        if (Find(header) is { } publication) Hold(publication, node.Index);
    }

    private void CommittedHonest(SimNode node, PendingEntry entry, EntryHeader header, CanonicalLog log, int originator)
    {
        var index = (int)header.Sequence - 1;
        var isOriginator = node.Index == originator;
        if (index >= log.Settled)
        {
            // The first to store it decides what it was: one who had it on its way, or the originator, who writes anew.
            if (isOriginator && index < log.Entries.Count && log.Entries[index].Hash != entry.HeaderHash) log.Entries.RemoveRange(index, log.Entries.Count - index);
            log.Settled = index + 1 >= log.Entries.Count ? int.MaxValue : index + 1;
        }

        if (index < log.Entries.Count)
        {
            var known = log.Entries[index];
            var isEqual = entry.HeaderHash == known.Hash && entry.Header.SequenceEqual(known.Header)
                && (entry.Payload is null || entry.Payload.Value.Span.SequenceEqual(known.Payload!.Value.Span));
            Require(isEqual, Invariant.Agreement, $"n{node.Index} stores another entry {header.Sequence} of the log {header.Log} of n{originator} than was there");
            return;
        }

        Require(index == log.Entries.Count && isOriginator, Invariant.Agreement, $"n{node.Index} stores entry {header.Sequence} of the log {header.Log} of n{originator}, which has {log.Entries.Count}");
        Require(index == 0 || header.PreviousHash == log.Entries[^1].Hash, Invariant.Agreement, $"entry {header.Sequence} of {header.Log} does not name the one before it");
        log.Entries.Add(new CanonicalLog.Entry(entry.HeaderHash, entry.Header.ToArray(), entry.Payload));
        Originated(node, entry, header);
    }

    private void Originated(SimNode node, PendingEntry entry, EntryHeader header)
    {
        var publication = Find(header);
        Require(publication?.Attempts.Exists(attempt => attempt.Node == node.Index) == true, Invariant.NoPhantom, $"n{node.Index} stores entry {header.Sequence} that nobody published there");
        Require(publication is null || entry.Payload?.Span[entry.MessageOffset..].SequenceEqual(publication.Envelope.Message.Span) == true, Invariant.NoPhantom, $"entry {header.Sequence} of {header.Log} is not what was published");
        if (!_own.TryAdd((node.Index, entry.IdempotencyKey), (header.Log, header.Sequence)))
            Require(node.WasRolledBack, Invariant.Idempotency, $"n{node.Index} stores {publication} twice in its own logs");
    }

    private void Require(bool holds, Invariant invariant, string what)
    {
        if (!holds) world.Verdict.Fail(invariant, what);
    }
}
