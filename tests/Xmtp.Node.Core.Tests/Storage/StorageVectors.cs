using System.Text.Json;
using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Replication;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;

namespace Xmtp.Node.Core.Tests.Storage;

/// <summary>The frozen stored bytes.</summary>
internal static class StorageVectors
{
    public static JsonElement Load(string fileName)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "storage", fileName)));
        return document.RootElement.Clone();
    }

    /// <summary>The logs of <c>entry-header-v2.json</c>, by number.</summary>
    public static List<(LogName Name, NodePublicKey Key, bool IsWritable)> Logs() =>
        [.. Load("entry-header-v2.json").Rows("logs").Select(static row =>
        {
            Assert.True(NodePublicKey.TryCreate(row.Bytes("publicKey"), out var key));
            return (new LogName(NodeId.Parse(row.Text("node")), (uint)row.Number("shard"), row.Number("incarnation")), key!, row.Member("writable").GetBoolean());
        })];

    /// <summary>The entries of <c>entry-header-v2.json</c>, made the way this node makes its own, or takes over those of another.</summary>
    public static List<PendingEntry> Entries()
    {
        var logs = Logs();
        return [.. Load("entry-header-v2.json").Rows("entries").Select(row =>
        {
            var log = logs[(int)row.Number("log")];
            var entry = log.IsWritable ? Own(row, log.Name) : Foreign(row);
            entry.Visibility = Enum.Parse<EntryVisibility>(row.Text("visibility"), ignoreCase: true);
            return entry;
        })];
    }

    /// <summary>The heads of <c>signed-head-v1.json</c> that belong to those logs.</summary>
    public static List<(LogId Log, SignedHead Head)> Heads() =>
        [.. Load("signed-head-v1.json").Rows("heads").Take(3).Select(static row =>
        {
            Assert.True(SignedHead.TryRead(row.Bytes("head"), out var head));
            return (new LogId((uint)row.Number("log")), head!);
        })];

    private static PendingEntry Own(JsonElement row, LogName log)
    {
        var (originatorNs, expiryNs) = ((long)row.Number("originatorTimeNs"), (long)row.Number("expiryNs"));
        var envelope = new Envelope { ContentTopic = row.Text("topic"), TimestampNs = row.Number("senderTimeNs"), Message = ByteString.CopyFrom(row.Bytes("message")) };
        var entry = new PendingEntry();
        entry.Set(envelope, expiryNs == 0 ? 0 : expiryNs - originatorNs, row.Bytes("token"));
        var place = new EntryPlace(new LogId((uint)row.Number("log")), row.Number("sequence"));
        entry.Assign(place, log, new Hash256(row.Bytes("previousHash")), originatorNs);
        return entry;
    }

    private static PendingEntry Foreign(JsonElement row)
    {
        var header = EntryHeaderFormat.Read(row.Bytes("header"));
        var payload = row.Member("pruned").GetBoolean() ? (ReadOnlyMemory<byte>?)null : row.Bytes("payload");
        var offset = 0;
        if (payload is { } bytes) Assert.True(EntryPayload.TryFindMessage(header.Kind, bytes.Span, out offset));
        var entry = new PendingEntry();
        entry.Set(
            new VerifiedEntry(header, row.Bytes("header"), EntryHeaderFormat.Hash(row.Bytes("header")), payload, offset,
                Storage.Entries.IndexKey(Storage.Entries.Envelope(header.Topic, 0)).TopicHash, row.Text("visibility") != "hidden"),
            new LogId((uint)row.Number("log")));
        return entry;
    }
}
