using System.Security.Cryptography;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;
using Xmtp.TestCluster.Loads;

namespace Xmtp.TestCluster.Checks;

/// <summary>
/// One log as it was first read anywhere: a hash of header and payload of each entry. Whatever any node shows of it later must be
/// the same, or come after it; so a number that is used twice, a fork, or an entry that vanished is found wherever it is.
/// </summary>
internal sealed class KnownLog(LogName name, NodePublicKey key)
{
    private readonly List<Hash256> _entries = [];
    private readonly Dictionary<ulong, Hash256> _headers = [];

    public LogName Name => name;

    /// <summary>How many entries are known.</summary>
    public ulong Count => (ulong)_entries.Count;

    /// <summary>Envelopes in it, by their numbers.</summary>
    public List<(Hash256 Id, string Topic, ulong TimeNs)> Envelopes { get; } = [];

    /// <summary>Compares a frame with what is known, entry by entry, and takes what is new.</summary>
    /// <param name="node">Whose copy it is.</param>
    /// <param name="frame">What it sent.</param>
    /// <param name="next">The number that must come first; the one after the last when this returns.</param>
    public void Take(string node, Entries frame, ref ulong next)
    {
        Hash256 headerHash = default;
        foreach (var entry in frame.Entries_)
        {
            var header = EntryHeaderFormat.Read(entry.Header.Span);
            headerHash = EntryHeaderFormat.Hash(entry.Header.Span);
            Require(header.Log == name, node, next, "is of another log");
            Require(header.Sequence == next, node, next, $"is missing; {header.Sequence} came");
            Require(next == 1 || header.PreviousHash == _headers[next - 1], node, next, "does not name the one before it");
            Require(new Hash256(SHA256.HashData(entry.Payload.Span)) == header.PayloadHash, node, next, "has another payload than its header says");
            var hash = Hash(entry);
            if (next <= Count) Require(_entries[(int)next - 1] == hash, node, next, "is not the same as on another node, or as before");
            else Add(header, headerHash, entry, hash);
            next++;
        }

        if (!SignedHead.TryRead(frame.Head.Span, out var head) || head.Sequence != next - 1 || head.Hash != headerHash || !head.IsSignedBy(key))
            throw new ClusterCheckException($"{node}: log {name}: no good head at {next - 1}");
    }

    /// <summary>A node says that its copy ends so.</summary>
    public void RequireHead(string node, ulong sequence, ReadOnlySpan<byte> hash) =>
        Require(sequence <= Count && _headers[sequence] == new Hash256(hash), node, sequence, "is not the one that its head names");

    private void Add(EntryHeader header, Hash256 headerHash, Entry entry, Hash256 hash)
    {
        _entries.Add(hash);
        _headers[header.Sequence] = headerHash;
        if (!EntryPayload.TryFindMessage(header.Kind, entry.Payload.Span, out var offset)) return;
        Envelopes.Add((EnvelopeId.Of(header.Topic, header.SenderTimeNs, entry.Payload.Span[offset..]), header.Topic, header.SenderTimeNs));
    }

    private static Hash256 Hash(Entry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(entry.Header.Span);
        hash.AppendData(entry.Payload.Span);
        return new Hash256(hash.GetHashAndReset());
    }

    private void Require(bool holds, string node, ulong sequence, string problem)
    {
        if (!holds) throw new ClusterCheckException($"{node}: log {name}: entry {sequence} {problem}");
    }
}
