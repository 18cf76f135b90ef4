using Google.Protobuf;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Tests.Storage;

/// <summary>Entries as the log's writer hands them to a store.</summary>
internal static class Entries
{
    public static Envelope Envelope(string topic, ulong timeNs, string message = "") =>
        new() { ContentTopic = topic, TimestampNs = timeNs, Message = ByteString.CopyFromUtf8(message) };

    public static PendingEntry Pending(Envelope envelope, long retentionNs = 0, string token = "")
    {
        var entry = new PendingEntry();
        entry.Set(envelope, retentionNs, System.Text.Encoding.UTF8.GetBytes(token));
        return entry;
    }

    /// <summary>Commits several logs at once, each entry visible unless readers see another copy.</summary>
    public static async Task CommitLogsAsync(this IEnvelopeStore store, params LogCommit[] commits)
    {
        var entries = commits.SelectMany(static commit => commit.Entries.ToArray()).ToArray();
        var places = new EntryPlace[entries.Length];
        await store.FindAsync(Array.ConvertAll(entries, static entry => entry.IndexKey), places);
        var shown = new HashSet<EnvelopeIndexKey>();
        for (var i = 0; i < entries.Length; i++)
            entries[i].Visibility = shown.Add(entries[i].IndexKey) && places[i].IsNone ? EntryVisibility.Visible : EntryVisibility.Copy;
        await store.CommitAsync(new LogCommit(entries, commits.SelectMany(static commit => commit.Heads.ToArray()).ToArray()));
    }

    public static async Task<EntryPlace> FindAsync(this IEnvelopeStore store, EnvelopeIndexKey key)
    {
        var places = new EntryPlace[1];
        await store.FindAsync(new[] { key }, places);
        return places[0];
    }

    public static EnvelopeQuery Query(params string[] topics) => new(topics, EnvelopeKey.Min, EnvelopeKey.Max, false, 100);

    public static EnvelopeIndexKey IndexKey(Envelope envelope) => Pending(envelope).IndexKey;
}
