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

    public static PendingEntry Pending(Envelope envelope, long retentionNs = 0)
    {
        var entry = new PendingEntry();
        entry.Set(envelope, retentionNs);
        return entry;
    }

    /// <summary>Gives the entries the next numbers of a log and appends them.</summary>
    public static async Task AppendAsync(this IEnvelopeStore store, LogId log, long nowNs, params PendingEntry[] entries)
    {
        var last = (await store.RecoverAsync(log)).Sequence;
        for (var i = 0; i < entries.Length; i++) entries[i].Assign(new EntryPlace(log, last + (ulong)i + 1), nowNs);
        await store.AppendAsync(log, entries);
    }

    public static Task AppendAsync(this IEnvelopeStore store, params Envelope[] envelopes) =>
        store.AppendAsync(default, 1, Array.ConvertAll(envelopes, static envelope => Pending(envelope)));

    public static EnvelopeQuery Query(params string[] topics) => new(topics, EnvelopeKey.Min, EnvelopeKey.Max, false, 100);
}
