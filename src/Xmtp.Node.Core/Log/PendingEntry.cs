using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Xmtp.Node.Core.Replication;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.Envelopes;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// An entry on its way into a log. One of this node's own is serialised once, on the publisher's thread, and the writer only fills
/// in place, chain and times; one of another node's comes complete and checked. Objects are reused; a store must keep nothing of
/// one after its commit has ended, except the payload.
/// </summary>
public sealed class PendingEntry
{
    /// <summary>Bytes before the token in the payload of <see cref="EntryKind.ProtectedClassicEnvelope"/>.</summary>
    internal const int TokenLengthSize = sizeof(ushort);

    private readonly byte[] _header = new byte[EntryHeaderFormat.LengthMax];
    private int _headerLength;

    /// <summary>What the payload is.</summary>
    public EntryKind Kind { get; private set; }

    /// <summary>The header's stored bytes.</summary>
    public ReadOnlySpan<byte> Header => _header.AsSpan(0, _headerLength);

    /// <summary>Hash of the header, once it is complete.</summary>
    public Hash256 HeaderHash { get; private set; }

    /// <summary>The payload's stored bytes, or null when it had expired before the entry came here. They never change, so a store may keep them.</summary>
    public ReadOnlyMemory<byte>? Payload { get; private set; }

    /// <summary>Where in the payload the message begins.</summary>
    public int MessageOffset { get; private set; }

    /// <summary>Where readers look for it.</summary>
    public EnvelopeIndexKey IndexKey { get; private set; }

    /// <summary>How it stands in the indexes.</summary>
    public EntryVisibility Visibility { get; internal set; }

    /// <summary>What makes a repeat of this a repeat.</summary>
    public Hash256 IdempotencyKey { get; private set; }

    /// <summary>The writer's clock at the append.</summary>
    public long OriginatorTimeNs { get; private set; }

    /// <summary>When the payload may go, in nanoseconds since 1970; 0 = never.</summary>
    public long ExpiryNs { get; private set; }

    /// <summary>Log and number, once the writer has decided them. Of a repeat: those of the first copy.</summary>
    public EntryPlace Place { get; internal set; }

    /// <summary>The topic.</summary>
    public string Topic => Envelope.ContentTopic;

    /// <summary>What live readers get.</summary>
    internal Envelope Envelope { get; private set; } = Empty;

    /// <summary>Whether it is of another node's log.</summary>
    internal bool IsReplica { get; private set; }

    /// <summary>Whether there is something that readers could see.</summary>
    internal bool IsEnvelope => !ReferenceEquals(Envelope, Empty);

    /// <summary>How long the payload is kept, in nanoseconds; 0 = for ever.</summary>
    internal long RetentionNs { get; private set; }

    /// <summary>Bytes that this takes in a batch.</summary>
    internal int Size => _headerLength + (Payload?.Length ?? 0);

    private static Envelope Empty { get; } = new();

    /// <summary>Prepares an envelope published here.</summary>
    /// <param name="envelope">The envelope; shared, not copied.</param>
    /// <param name="retentionNs">How long it is kept.</param>
    /// <param name="token">The serialised publish token, when the topic is protected.</param>
    internal void Set(Envelope envelope, long retentionNs, ReadOnlySpan<byte> token = default)
    {
        Span<byte> topic = stackalloc byte[Protocol.Limits.TopicLengthMaxBytes];
        topic = topic[..Encoding.UTF8.GetBytes(envelope.ContentTopic, topic)];
        Span<byte> hash = stackalloc byte[Hash256.Length];
        EnvelopeDigest.Compute(envelope.ContentTopic, envelope.Message.Span, hash);
        var digest = new Hash256(hash);
        SHA256.HashData(topic, hash);
        IndexKey = new EnvelopeIndexKey(new Hash256(hash), new EnvelopeKey(envelope.TimestampNs, digest));

        Envelope = envelope;
        Kind = token.IsEmpty ? EntryKind.ClassicEnvelope : EntryKind.ProtectedClassicEnvelope;
        MessageOffset = token.IsEmpty ? 0 : TokenLengthSize + token.Length;
        var payload = token.IsEmpty ? envelope.Message.Memory : Join(token, envelope.Message.Span);
        Payload = payload;
        IdempotencyKey = Log.IdempotencyKey.ForClassicEnvelope(topic, envelope.TimestampNs, digest);
        RetentionNs = retentionNs;
        SHA256.HashData(payload.Span, hash);
        _headerLength = EntryHeaderFormat.WriteDraft(
            _header, Kind, envelope.TimestampNs, digest, IdempotencyKey, new Hash256(hash), payload.Length, topic);
    }

    /// <summary>Completes an entry of this node.</summary>
    internal void Assign(EntryPlace place, LogName log, Hash256 previous, long originatorTimeNs)
    {
        Place = place;
        OriginatorTimeNs = originatorTimeNs;
        ExpiryNs = RetentionNs == 0 ? 0 : originatorTimeNs + RetentionNs;
        EntryHeaderFormat.WritePlace(_header, log, place.Sequence, previous, originatorTimeNs, ExpiryNs);
        HeaderHash = EntryHeaderFormat.Hash(Header);
    }

    /// <summary>Takes over an entry of another node.</summary>
    internal void Set(VerifiedEntry entry, LogId log)
    {
        IsReplica = true;
        var header = entry.Header;
        entry.HeaderBytes.Span.CopyTo(_header);
        _headerLength = entry.HeaderBytes.Length;
        (Kind, HeaderHash, Payload, MessageOffset) = (header.Kind, entry.Hash, entry.Payload, entry.MessageOffset);
        IndexKey = new EnvelopeIndexKey(entry.TopicHash, new EnvelopeKey(header.SenderTimeNs, header.Digest));
        (IdempotencyKey, OriginatorTimeNs) = (header.IdempotencyKey, header.OriginatorTimeNs);
        // Without a payload there is nothing left to expire.
        ExpiryNs = entry.Payload is null ? 0 : header.ExpiryNs;
        Place = new EntryPlace(log, header.Sequence);
        if (!entry.MayBeVisible || entry.Payload is not { } payload) return;
        Envelope = new Envelope
        {
            ContentTopic = header.Topic,
            TimestampNs = header.SenderTimeNs,
            Message = UnsafeByteOperations.UnsafeWrap(payload[entry.MessageOffset..]),
        };
    }

    internal void Clear()
    {
        Envelope = Empty;
        Payload = default;
        Place = default;
        Visibility = default;
        HeaderHash = default;
        IsReplica = false;
    }

    private static ReadOnlyMemory<byte> Join(ReadOnlySpan<byte> token, ReadOnlySpan<byte> message)
    {
        var payload = GC.AllocateUninitializedArray<byte>(TokenLengthSize + token.Length + message.Length);
        BinaryPrimitives.WriteUInt16BigEndian(payload, checked((ushort)token.Length));
        token.CopyTo(payload.AsSpan(TokenLengthSize));
        message.CopyTo(payload.AsSpan(TokenLengthSize + token.Length));
        return payload;
    }
}
