using System.Text.Json;
using Google.Protobuf;
using Xmtp.Node.Core.Log;
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

    /// <summary>The entries of <c>entry-header-v1.json</c>, with their places.</summary>
    public static PendingEntry[] Entries() =>
        [.. Load("entry-header-v1.json").Rows("entries").Select(static row =>
        {
            var (originatorNs, expiryNs) = ((long)row.Number("originatorTimeNs"), (long)row.Number("expiryNs"));
            var entry = Storage.Entries.Pending(
                new Envelope
                {
                    ContentTopic = row.Text("topic"), TimestampNs = row.Number("senderTimeNs"), Message = ByteString.CopyFrom(row.Bytes("payload")),
                },
                expiryNs == 0 ? 0 : expiryNs - originatorNs);
            entry.Assign(new EntryPlace(new LogId((uint)row.Number("log")), row.Number("sequence")), originatorNs);
            return entry;
        })];
}
