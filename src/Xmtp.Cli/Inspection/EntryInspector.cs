using System.Text;
using Xmtp.Cli.Nodes;
using Xmtp.Cli.Output;
using Xmtp.Client.Transport;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Envelopes;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Network.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Cli.Inspection;

/// <summary>Takes an entry apart and verifies all of it, going on where something does not hold: that is when one wants to see the rest.</summary>
internal sealed class EntryInspector(AskedNode node, TimeProvider time)
{
    // The entry before it may fill a frame of its own; the entry's own frame goes up to a head.
    private const int FramesMax = 2;

    private readonly Verdicts _verdicts = new();
    private string? _wallet;

    /// <summary>Reads an entry and judges it.</summary>
    public async Task<EntryOutput> InspectAsync(HeldLogState log, ulong sequence, bool withPayload, CancellationToken cancellationToken)
    {
        var (before, frame) = await ReadAsync(log, sequence, cancellationToken);
        var wire = frame.Entries_[^1];
        var rest = new List<ReadEntry>();
        foreach (var entry in frame.Entries_) if (Read(entry) is { Header.Sequence: var number } read && number >= sequence) rest.Add(read);
        if (rest.Count == 0 || rest[0].Header.Sequence != sequence) throw Odd(log, $"did not send entry {sequence}");

        var (header, hash) = (rest[0].Header, rest[0].Hash);
        wire = rest[0].Wire;
        _verdicts.Add("log", header.Log == log.Name, header.Log == log.Name ? "the header is of this log" : $"the header is of log {header.Log}");
        CheckChain(header, before);
        CheckSignature(log, rest, frame);
        var payloadProblem = RangeCheck.PayloadProblem(wire, header);
        if (wire.Pruned) _verdicts.Skip("payload", payloadProblem ?? "it has expired where this was read");
        else _verdicts.Add("payload", payloadProblem is null, payloadProblem is null ? "length and SHA-256 are those of the header" : $"it came with {payloadProblem}");
        CheckContent(header, wire);
        return Output(log, header, hash, wire, withPayload);
    }

    private async Task<(Hash256? Before, Entries Frame)> ReadAsync(HeldLogState log, ulong sequence, CancellationToken cancellationToken)
    {
        if (sequence > log.Watermark) throw new InspectException(ErrorCatalogue.NotFound, $"Log {log.Name} has {log.Watermark} entries on this node.", "Ask for one of these, or another node with --node.");
        Hash256? before = null;
        var frames = 0;
        try
        {
            await foreach (var frame in node.ReadRangeAsync(log, Math.Max(1, sequence - 1), cancellationToken))
            {
                foreach (var entry in frame.Entries_) if (Read(entry) is { } read && read.Header.Sequence == sequence - 1) before = read.Hash;
                if (frame.Entries_.Any(entry => Read(entry)?.Header.Sequence == sequence)) return (before, frame);
                if (++frames == FramesMax) break;
            }
        }
        catch (NodeException failure)
        {
            throw new NodeException(failure.Code, $"the port for nodes, {node.Self.Record.NodeEndpoint}: {failure.Message}", failure);
        }

        throw Odd(log, frames == 0 ? "gives no entries to this machine; it may let only nodes of a list read" : $"did not send entry {sequence}");
    }

    private void CheckChain(EntryHeader header, Hash256? before)
    {
        if (header.Sequence == 1) _verdicts.Skip("chain", "it is the first entry of its log");
        else if (before is null) _verdicts.Add("chain", false, $"entry {header.Sequence - 1} did not come before it");
        else _verdicts.Add("chain", header.PreviousHash == before, header.PreviousHash == before ? $"it names the hash of entry {header.Sequence - 1}" : $"entry {header.Sequence - 1} has the hash {before}");
    }

    private void CheckSignature(HeldLogState log, List<ReadEntry> rest, Entries frame)
    {
        if (!SignedHead.TryRead(frame.Head.Span, out var head) || head.Log != log.Name)
        {
            _verdicts.Add("signature", false, "no head of this log came with it");
            return;
        }

        for (var i = 1; i < rest.Count; i++)
        {
            if (rest[i].Header.PreviousHash == rest[i - 1].Hash && rest[i].Header.Sequence == rest[i - 1].Header.Sequence + 1) continue;
            _verdicts.Add("signature", false, $"the chain from it to the head at entry {head.Sequence} breaks at entry {rest[i].Header.Sequence}");
            return;
        }

        if (head.Sequence != rest[^1].Header.Sequence || head.Hash != rest[^1].Hash) _verdicts.Add("signature", false, $"the head at entry {head.Sequence} is not at the end of what came");
        else if (!head.IsSignedBy(log.Key)) _verdicts.Add("signature", false, $"the originator did not sign the head at entry {head.Sequence}");
        else _verdicts.Add("signature", true, head.Sequence == rest[0].Header.Sequence ? "the originator signed a head at it" : $"the originator signed a head at entry {head.Sequence}, and the chain leads there");
    }

    private void CheckContent(EntryHeader header, Entry wire)
    {
        var isEnvelope = header.Kind is EntryKind.ClassicEnvelope or EntryKind.ProtectedClassicEnvelope;
        if (!isEnvelope)
        {
            _verdicts.Skip("kind", "this software does not know it: it is kept and passed on, and readers see nothing of it");
            return;
        }

        _verdicts.Add("kind", true, "an envelope, which readers of its topic see");
        var key = IdempotencyKey.ForClassicEnvelope(Encoding.UTF8.GetBytes(header.Topic), header.SenderTimeNs, header.Digest);
        _verdicts.Add("idempotency key", key == header.IdempotencyKey, key == header.IdempotencyKey ? "it is that of topic, sender time and digest" : $"topic, sender time and digest make {key}");
        if (wire.Pruned) return;
        if (!EntryPayload.TryFindMessage(header.Kind, wire.Payload.Span, out var offset))
        {
            _verdicts.Add("digest", false, "the payload is too short for the token that it begins with");
            return;
        }

        var digest = new Hash256(EnvelopeDigest.Compute(header.Topic, wire.Payload.Span[offset..]));
        _verdicts.Add("digest", digest == header.Digest, digest == header.Digest ? "it is that of topic and message" : $"topic and message make {digest}");
        CheckToken(header, wire, offset);
    }

    private void CheckToken(EntryHeader header, Entry wire, int offset)
    {
        var hasOwner = Topic.TryGetOwner(header.Topic, out var owner);
        if (header.Kind != EntryKind.ProtectedClassicEnvelope)
        {
            _verdicts.Skip("token", hasOwner ? $"the topic is that of {CliConsole.Printable(owner.ToString())}, and no token came with it: nodes that ask for tokens show nothing of it" : "the topic needs none");
            return;
        }

        try
        {
            _wallet = new PublishTokenVerifier(CryptoProvider.Default, time).Verify(EntryPayload.Token(wire.Payload.Span, offset), header.OriginatorTimeNs).ToString();
            var isOwners = hasOwner && owner.SequenceEqual(_wallet);
            _verdicts.Add("token", isOwners, isOwners ? "the topic's owner signed it within its hour" : $"{_wallet} signed it, who does not own the topic: only nodes where that wallet is privileged show it");
        }
        catch (XmtpException failure)
        {
            _verdicts.Add("token", false, $"it does not hold ({failure.Message}): readers see nothing of this entry");
        }
    }

    private EntryOutput Output(HeldLogState log, EntryHeader header, Hash256 hash, Entry wire, bool withPayload) => new(
        log.Log.ToString(), log.Name.ToString(), log.Name.Node.ToString(), log.Name.Shard, LogReference.IncarnationOf(log), header.Sequence, hash.ToString(), header.PreviousHash.ToString(),
        NameOf(header.Kind), header.Topic, NodeTime.Whole(header.OriginatorTimeNs), NodeTime.Iso(header.OriginatorTimeNs) ?? "", NodeTime.Decimal(header.ExpiryNs), NodeTime.Iso(header.ExpiryNs),
        header.SenderTimeNs.ToString(System.Globalization.CultureInfo.InvariantCulture), header.Digest.ToString(), header.IdempotencyKey.ToString(), header.PayloadHash.ToString(),
        header.PayloadLength, wire.Pruned, _wallet, withPayload && !wire.Pruned ? wire.Payload.ToBase64() : null, node.Self.Id.ToString(), _verdicts.All);

    private static string NameOf(EntryKind kind) => kind switch
    {
        EntryKind.ClassicEnvelope => "classic-envelope",
        EntryKind.ProtectedClassicEnvelope => "protected-classic-envelope",
        _ => $"{(byte)kind}",
    };

    private static ReadEntry? Read(Entry wire) =>
        EntryHeaderFormat.TryRead(wire.Header.Span, out var header, out _) ? new ReadEntry(header, EntryHeaderFormat.Hash(wire.Header.Span), wire) : null;

    private InspectException Odd(HeldLogState log, string what) => new(
        ErrorCatalogue.PeerMisbehaved, $"Log {log.Name}: node {node.Self.Name} {what}.", "Ask another node with --node, or look at that node's log.");
}
