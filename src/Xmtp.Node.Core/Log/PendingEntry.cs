using System.Security.Cryptography;
using System.Text;
using Xmtp.Protocol.Envelopes;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// An entry on its way into a log: its header is serialised once, on the publisher's thread, and the writer only fills in
/// place and times. Objects are reused; a store must keep nothing of one after its append has ended.
/// </summary>
public sealed class PendingEntry
{
    private readonly byte[] _header = new byte[EntryHeaderFormat.LengthMax];
    private int _headerLength;

    /// <summary>What the payload is.</summary>
    public EntryKind Kind { get; private set; }

    /// <summary>The header's stored bytes.</summary>
    public ReadOnlySpan<byte> Header => _header.AsSpan(0, _headerLength);

    /// <summary>The payload's stored bytes. They never change, so a store may keep them.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>Time in the visible index.</summary>
    public ulong SenderTimeNs { get; private set; }

    /// <summary>Digest in the visible index.</summary>
    public Hash256 Digest { get; private set; }

    /// <summary>What makes a repeat of this a repeat.</summary>
    public Hash256 IdempotencyKey { get; private set; }

    /// <summary>When the payload may go, in nanoseconds since 1970; 0 = never.</summary>
    public long ExpiryNs { get; private set; }

    /// <summary>Log and number, once the writer has decided them.</summary>
    public EntryPlace Place { get; private set; }

    /// <summary>The topic.</summary>
    public string Topic => Envelope.ContentTopic;

    /// <summary>SHA-256 of the topic's UTF-8 bytes, for stores that index by it; computed here because publishers run side by side and a log's writer alone.</summary>
    public Hash256 TopicHash { get; private set; }

    /// <summary>What live readers get.</summary>
    internal Envelope Envelope { get; private set; } = Empty;

    /// <summary>How long the payload is kept, in nanoseconds; 0 = for ever.</summary>
    internal long RetentionNs { get; private set; }

    /// <summary>Bytes that this takes in a batch.</summary>
    internal int Size => _headerLength + Payload.Length;

    private static Envelope Empty { get; } = new();

    internal void Set(Envelope envelope, long retentionNs)
    {
        Span<byte> topic = stackalloc byte[Protocol.Limits.TopicLengthMaxBytes];
        topic = topic[..Encoding.UTF8.GetBytes(envelope.ContentTopic, topic)];
        Span<byte> digest = stackalloc byte[Hash256.Length];
        EnvelopeDigest.Compute(envelope.ContentTopic, envelope.Message.Span, digest);

        Span<byte> topicHash = stackalloc byte[Hash256.Length];
        SHA256.HashData(topic, topicHash);

        Kind = EntryKind.ClassicEnvelope;
        TopicHash = new Hash256(topicHash);
        Envelope = envelope;
        Payload = envelope.Message.Memory;
        SenderTimeNs = envelope.TimestampNs;
        Digest = new Hash256(digest);
        IdempotencyKey = Log.IdempotencyKey.ForClassicEnvelope(topic, SenderTimeNs, Digest);
        RetentionNs = retentionNs;
        _headerLength = EntryHeaderFormat.WriteDraft(_header, Kind, SenderTimeNs, Digest, IdempotencyKey, Payload.Length, topic);
    }

    internal void Assign(EntryPlace place, long originatorTimeNs)
    {
        Place = place;
        ExpiryNs = RetentionNs == 0 ? 0 : originatorTimeNs + RetentionNs;
        EntryHeaderFormat.WritePlace(_header, place, originatorTimeNs, ExpiryNs);
    }

    internal void Clear()
    {
        Envelope = Empty;
        Payload = default;
        Place = default;
    }
}
