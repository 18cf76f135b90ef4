using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.Network.V1;
using Xmtp.Simulation.Nodes;

namespace Xmtp.Simulation.Disk;

/// <summary>What survives a process: the store's durable state and the records of peers. It can be copied, put back, and damaged.</summary>
internal sealed class SimDisk
{
    private readonly List<DiskChange> _changes = [];

    /// <summary>What a process finds on it.</summary>
    public InMemoryEnvelopeStore Image { get; private set; } = new();

    /// <summary>What was saved of other nodes.</summary>
    public SavedPeers Peers { get; set; } = new();

    /// <summary>Whether every write fails at once.</summary>
    public bool IsFull { get; set; }

    /// <summary>How likely a write fails, before or after it became durable.</summary>
    public double FailureRate { get; set; }

    /// <summary>How long a write takes.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Entries whose bytes on the disk were changed and not yet put back.</summary>
    public HashSet<EntryPlace> Damaged { get; } = [];

    /// <summary>How often it was written.</summary>
    public int ChangeCount => _changes.Count;

    /// <summary>Hears of every durable change, after it.</summary>
    public Action<DiskChange>? Changed { get; set; }

    public void Apply(DiskChange change)
    {
        change.ApplyTo(Image);
        _changes.Add(change);
        if (change is DiskChange.Overwrite repair) Damaged.Remove(repair.Place);
        Changed?.Invoke(change);
    }

    /// <summary>A backup of everything, as of now.</summary>
    public Backup TakeBackup() => new(_changes.Count, Peers);

    /// <summary>Puts a backup back: what came after it is gone.</summary>
    public void Restore(Backup backup)
    {
        _changes.RemoveRange(backup.Changes, _changes.Count - backup.Changes);
        Peers = backup.Peers;
        Image = new InMemoryEnvelopeStore();
        Damaged.Clear();
        foreach (var change in _changes) change.ApplyTo(Image);
    }

    /// <summary>Changes stored bytes behind everybody's back.</summary>
    public void Damage(EntryPlace place, byte[] header, byte[]? payload)
    {
        var change = new DiskChange.Overwrite(place, header, payload);
        change.ApplyTo(Image);
        _changes.Add(change);
        Damaged.Add(place);
    }

    /// <summary>All entries of a log, from the disk itself.</summary>
    public List<LoggedEntry> Read(LogId log, ulong first, int count)
    {
        var entries = new List<LoggedEntry>(Math.Min(count, 1024));
        World.Now(Image.ReadAsync(log, first, entries, count, long.MaxValue));
        return entries;
    }

    /// <summary>The logs, by number.</summary>
    public IReadOnlyList<StoredLog> Logs => World.Now(Image.RecoverAsync());

    /// <summary>The last durable number of a log.</summary>
    public ulong EndOf(LogId log) => Logs is var logs && log.Value < (uint)logs.Count ? logs[(int)log.Value].End.Sequence : 0;

    /// <summary>A state of the disk.</summary>
    internal readonly record struct Backup(int Changes, SavedPeers Peers);
}
