using System.Security.Cryptography;
using System.Text;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Replication;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Core.Tests.Network;

/// <summary>Copies a store through its contract: what a backup is.</summary>
internal static class StoreCopy
{
    public static async Task<InMemoryEnvelopeStore> OfAsync(IEnvelopeStore source)
    {
        var copy = new InMemoryEnvelopeStore();
        foreach (var log in await source.RecoverAsync())
        {
            var id = await copy.AddLogAsync(log.Name, log.Key, log.IsWritable);
            var (entries, heads) = (new List<LoggedEntry>(), new List<SignedHead>());
            await source.ReadAsync(log.Id, 1, entries, int.MaxValue, long.MaxValue);
            await source.ReadHeadsAsync(log.Id, 1, ulong.MaxValue, heads, int.MaxValue);
            var pending = new PendingEntry[entries.Count];
            for (var i = 0; i < pending.Length; i++) pending[i] = await ToPendingAsync(source, entries[i], id);
            await copy.CommitAsync(new LogCommit(pending, heads.Select(head => (id, head)).ToArray()));
        }

        return copy;
    }

    private static async Task<PendingEntry> ToPendingAsync(IEnvelopeStore source, LoggedEntry entry, LogId id)
    {
        var header = entry.ReadHeader();
        var topicHash = new Hash256(SHA256.HashData(Encoding.UTF8.GetBytes(header.Topic)));
        var offset = 0;
        if (entry.Payload is { } payload) EntryPayload.TryFindMessage(header.Kind, payload.Span, out offset);
        var pending = new PendingEntry();
        pending.Set(new VerifiedEntry(header, entry.HeaderBytes, EntryHeaderFormat.Hash(entry.HeaderBytes.Span), entry.Payload, offset, topicHash, MayBeVisible: true), id);
        var places = new EntryPlace[1];
        await source.FindAsync(new[] { pending.IndexKey }, places);
        pending.Visibility = places[0] == entry.Place ? EntryVisibility.Visible : EntryVisibility.Copy;
        return pending;
    }
}
