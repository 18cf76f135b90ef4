using System.Security.Cryptography;
using System.Text;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.Protocol;
using Xmtp.Protocol.Envelopes;
using Xmtp.Protocol.Network.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Node.Core.Replication;

/// <summary>
/// Checks a run of another node's log, cheapest first: shape, numbers, chain, payload hashes, the head's signature, and only then
/// what the entries say. Pure and safe for concurrent use: nothing here depends on what this node holds.
/// <list type="number">
/// <item>count, frame size and the head's shape, and that the head is of the log</item>
/// <item>headers well-formed, of that log, numbers dense, each naming the hash of the one before</item>
/// <item>payload lengths and hashes; a missing payload only where its time is up</item>
/// <item>the head is at the last entry, and the originator's key signed it</item>
/// <item>kinds, topics, digests, idempotency keys, sizes, times: what ingest checks, and no more</item>
/// <item>publish tokens of protected topics, which decide whether readers see an entry</item>
/// </list>
/// What fails before 5 is the sender's doing, since the originator signed something else; what fails at 5 is the originator's.
/// </summary>
internal sealed class EntriesVerifier(ProtectedTopicRule protectedTopics, TimeProvider time)
{
    /// <summary>Checks a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="log">The log it is said to be of.</param>
    /// <param name="key">The originator's key.</param>
    /// <exception cref="EntryProblemException">It is not taken.</exception>
    public VerifiedEntries Verify(Entries frame, LogName log, NodePublicKey key)
    {
        if (frame.Entries_.Count is 0 or > ReplicationLimits.FrameEntriesMax) throw Sender($"{frame.Entries_.Count} entries in one frame");
        if (!SignedHead.TryRead(frame.Head.Span, out var head) || head.Log != log) throw Sender("the head is malformed, or of another log");

        var entries = new List<VerifiedEntry>(frame.Entries_.Count);
        var bytes = 0;
        foreach (var entry in frame.Entries_)
        {
            entries.Add(CheckLink(entry, log, entries.Count == 0 ? null : entries[^1]));
            bytes += entry.Header.Length + entry.Payload.Length;
        }

        var last = entries[^1];
        if (head.Sequence != last.Header.Sequence || head.Hash != last.Hash || head.OriginatorTimeNs != last.Header.OriginatorTimeNs)
            throw Sender("the head is not at the last entry");
        if (!head.IsSignedBy(key)) throw Sender("the originator did not sign the head");
        if (head.OriginatorTimeNs > (time.GetUtcNow() + ReplicationLimits.OriginatorLeadMax).ToUnixTimeNanoseconds())
            throw new EntryProblemException(EntryProblem.Early, "the originator's clock is far ahead of ours");

        for (var i = 0; i < entries.Count; i++) entries[i] = CheckContent(entries[i], i == 0 ? null : entries[i - 1]);
        return new VerifiedEntries(log, entries, head, bytes);
    }

    private VerifiedEntry CheckLink(Entry entry, LogName log, VerifiedEntry? previous)
    {
        var bytes = entry.Header.Memory;
        if (!EntryHeaderFormat.TryRead(bytes.Span, out var header, out var problem)) throw Sender($"a header {problem}");
        if (header.Log != log) throw Sender("a header is of another log");
        if (header.Sequence == 0 || (previous is not null && header.Sequence != previous.Header.Sequence + 1)) throw Sender("the numbers are not dense");
        if (previous is not null && header.PreviousHash != previous.Hash) throw Sender($"entry {header.Sequence} does not name the one before it");
        return new VerifiedEntry(header, bytes, EntryHeaderFormat.Hash(bytes.Span), CheckPayload(entry, header), 0, default, false);
    }

    private ReadOnlyMemory<byte>? CheckPayload(Entry entry, EntryHeader header)
    {
        if (entry.Pruned)
        {
            var isOver = header.ExpiryNs != 0 && header.ExpiryNs <= (time.GetUtcNow() + ReplicationLimits.OriginatorLeadMax).ToUnixTimeNanoseconds();
            return isOver && entry.Payload.IsEmpty ? null : throw Sender($"entry {header.Sequence} came without its payload");
        }

        if (entry.Payload.Length != header.PayloadLength) throw Sender($"entry {header.Sequence} has a payload of another length than it says");
        Span<byte> hash = stackalloc byte[Hash256.Length];
        SHA256.HashData(entry.Payload.Span, hash);
        if (new Hash256(hash) != header.PayloadHash) throw Sender($"entry {header.Sequence} has another payload than it says");
        return entry.Payload.Memory;
    }

    private VerifiedEntry CheckContent(VerifiedEntry entry, VerifiedEntry? previous)
    {
        var header = entry.Header;
        if (previous is not null && header.OriginatorTimeNs < previous.Header.OriginatorTimeNs) throw Originator(header, "its time goes back");
        if (header.OriginatorTimeNs < 0 || header.ExpiryNs < 0 || header.SenderTimeNs > Limits.TimestampMaxNs) throw Originator(header, "a time is out of range");
        if (header.PayloadLength > ReplicationLimits.PayloadLengthMaxBytes) throw Originator(header, "the payload is too long");
        // Kinds that came after this software are kept and passed on; only those who know them can show them.
        if (header.Kind is not (EntryKind.ClassicEnvelope or EntryKind.ProtectedClassicEnvelope))
            return header.Kind == EntryKind.None ? throw Originator(header, "it is of no kind") : entry;

        Span<byte> topic = stackalloc byte[Limits.TopicLengthMaxBytes];
        topic = topic[..Encoding.UTF8.GetBytes(header.Topic, topic)];
        if (IdempotencyKey.ForClassicEnvelope(topic, header.SenderTimeNs, header.Digest) != header.IdempotencyKey) throw Originator(header, "the idempotency key is not that of the envelope");
        if (Topic.IsEphemeralTopic(header.Topic) || header.Topic == PositionMarks.Topic) throw Originator(header, "its topic is never stored");
        Span<byte> hash = stackalloc byte[Hash256.Length];
        SHA256.HashData(topic, hash);
        entry = entry with { TopicHash = new Hash256(hash) };
        return entry.Payload is { } payload ? CheckMessage(entry, payload) : entry;
    }

    private VerifiedEntry CheckMessage(VerifiedEntry entry, ReadOnlyMemory<byte> payload)
    {
        var header = entry.Header;
        if (!EntryPayload.TryFindMessage(header.Kind, payload.Span, out var offset)) throw Originator(header, "its payload is not made as it says");
        var message = payload.Span[offset..];
        if (message.Length > Limits.MessageLengthMaxBytes) throw Originator(header, "the message is too long");
        Span<byte> digest = stackalloc byte[Hash256.Length];
        EnvelopeDigest.Compute(header.Topic, message, digest);
        if (new Hash256(digest) != header.Digest) throw Originator(header, "the digest is not that of topic and message");
        var token = header.Kind == EntryKind.ProtectedClassicEnvelope ? EntryPayload.Token(payload.Span, offset) : default;
        return entry with { MessageOffset = offset, MayBeVisible = protectedTopics.MayShow(header.Topic, token, header.OriginatorTimeNs) };
    }

    private static EntryProblemException Sender(string what) => new(EntryProblem.Sender, what);

    private static EntryProblemException Originator(EntryHeader header, string what) => new(EntryProblem.Originator, $"entry {header.Sequence}: {what}");
}
