using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Tests.Storage;

/// <summary>A log as its originator writes it: gives entries their numbers, chains them and signs heads.</summary>
internal sealed class TestLog(NodeKey key, ulong incarnation = 1)
{
    public NodeKey Key { get; } = key;

    public LogName Name { get; } = new(key.Id, Shard: 0, incarnation);

    /// <summary>Its number in the store it was added to.</summary>
    public LogId Id { get; init; }

    public LogEnd End { get; private set; }

    public SignedHead? Head { get; private set; }

    /// <summary>Adds a log to a store: of this node, or of another.</summary>
    public static async Task<TestLog> AddAsync(IEnvelopeStore store, bool isWritable = true, byte node = 1, ulong incarnation = 1)
    {
        var key = TestKeys.Node(node);
        return new TestLog(key, incarnation) { Id = await store.AddLogAsync(new LogName(key.Id, Shard: 0, incarnation), key.Public, isWritable) };
    }

    public StoredLog ToStored(bool isWritable = true, bool isFrozen = false) => new(Id, Name, Key.Public, isWritable, isFrozen, End, Head);

    /// <summary>Continues the log with these, and signs the head.</summary>
    public LogCommit Append(long nowNs, params PendingEntry[] entries)
    {
        foreach (var entry in entries) Prepare(nowNs, entry);
        return SignHead(entries);
    }

    /// <summary>Gives an entry the next number.</summary>
    public void Prepare(long nowNs, PendingEntry entry)
    {
        var place = new EntryPlace(Id, End.Sequence + 1);
        entry.Assign(place, Name, End.Hash, nowNs);
        End = new LogEnd(place.Sequence, entry.HeaderHash, nowNs);
    }

    /// <summary>Signs a head at the end.</summary>
    public LogCommit SignHead(IEnumerable<PendingEntry> entries)
    {
        Head = SignedHead.Create(Key, Name, End);
        return new LogCommit(entries.ToArray(), new[] { (Id, Head) });
    }

    /// <summary>Appends entries and commits them, visible unless readers see another copy.</summary>
    public Task CommitAsync(IEnvelopeStore store, long nowNs, params PendingEntry[] entries) => store.CommitLogsAsync(Append(nowNs, entries));

    public Task CommitAsync(IEnvelopeStore store, params Envelope[] envelopes) =>
        CommitAsync(store, 1, Array.ConvertAll(envelopes, static envelope => Entries.Pending(envelope)));
}
