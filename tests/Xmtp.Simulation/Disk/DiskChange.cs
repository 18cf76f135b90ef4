using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Simulation.Nodes;

namespace Xmtp.Simulation.Disk;

/// <summary>One durable step of a disk. A disk is the sequence of its changes: an older state is a shorter one.</summary>
internal abstract record DiskChange
{
    /// <summary>A log became known.</summary>
    internal sealed record AddLog(LogName Name, NodePublicKey Key, bool IsWritable) : DiskChange;

    /// <summary>A log was frozen.</summary>
    internal sealed record Freeze(LogId Log, byte[] Evidence) : DiskChange;

    /// <summary>Entries and heads, all or nothing.</summary>
    internal sealed record Commit(PendingEntry[] Entries, (LogId Log, SignedHead Head)[] Heads) : DiskChange
    {
        /// <summary>Takes a copy, as the writer uses its objects again.</summary>
        public static Commit Of(LogCommit commit) => new([.. commit.Entries.ToArray().Select(Copy)], commit.Heads.ToArray());

        private static PendingEntry Copy(PendingEntry entry)
        {
            var header = EntryHeaderFormat.Read(entry.Header);
            var copy = new PendingEntry();
            var verified = new Node.Core.Replication.VerifiedEntry(
                header, entry.Header.ToArray(), entry.HeaderHash, entry.Payload, entry.MessageOffset, entry.IndexKey.TopicHash, entry.IsEnvelope);
            copy.Set(verified, entry.Place.Log);
            copy.Visibility = entry.Visibility;
            return copy;
        }
    }

    /// <summary>The bytes of an entry were put back, or a bad sector gave others.</summary>
    internal sealed record Overwrite(EntryPlace Place, byte[] Header, byte[]? Payload) : DiskChange;

    /// <summary>Puts the change into a store.</summary>
    public void ApplyTo(InMemoryEnvelopeStore store)
    {
        switch (this)
        {
            case AddLog log: World.Now(store.AddLogAsync(log.Name, log.Key, log.IsWritable)); break;
            case Freeze log: World.Now(store.FreezeAsync(log.Log, log.Evidence)); break;
            case Commit commit: World.Now(store.CommitAsync(new LogCommit(commit.Entries, commit.Heads))); break;
            case Overwrite entry: World.Now(store.RepairAsync(entry.Place, entry.Header, entry.Payload is null ? null : (ReadOnlyMemory<byte>)entry.Payload)); break;
            default: throw new InvalidOperationException($"{GetType().Name} cannot be done.");
        }
    }
}
