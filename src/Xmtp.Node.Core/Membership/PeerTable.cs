using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>All nodes with a live record, and those that left not long ago. It holds what it is given; <see cref="RecordIntake"/> judges.</summary>
internal sealed class PeerTable(MeshContext mesh, OwnRecord own)
{
    private readonly Dictionary<NodeId, Peer> _peers = [];
    private readonly Dictionary<NodeId, LeftNode> _left = [];
    private readonly Dictionary<ByteString, KnownRecord> _bySignature = [];
    private readonly Dictionary<string, int> _blocks = new(StringComparer.Ordinal);
    private ByteString? _digest;

    /// <summary>Other nodes, in no particular order.</summary>
    public IReadOnlyCollection<Peer> All => _peers.Values;

    /// <summary>Whether something changed since the records were saved.</summary>
    public bool IsDirty { get; set; }

    public int Count => _peers.Count;

    public Peer? Find(NodeId node) => _peers.GetValueOrDefault(node);

    /// <summary>The counter with which a node left; null when it did not, or that was long ago.</summary>
    public ulong? LeftWith(NodeId node) => _left.TryGetValue(node, out var left) ? left.Counter : null;

    /// <summary>The record with which a node left; null when it only said so.</summary>
    public SignedRecord? Farewell(NodeId node) => _left.GetValueOrDefault(node).Record;

    /// <summary>The held record that is this one; null when there is none. Takes no more than a look.</summary>
    public KnownRecord? Held(SignedRecord signed) =>
        _bySignature.TryGetValue(signed.Signature, out var known) && known.Signed.Record.Equals(signed.Record) ? known : null;

    /// <summary>Nodes with a quota whose endpoint is in a block and who are new.</summary>
    public int CountNewIn(string block, AdmissionPolicy policy)
    {
        if (_blocks.GetValueOrDefault(block) < MeshLimits.NewNodesPerBlockMax) return 0;
        var now = mesh.Now;
        return _peers.Values.Count(peer => policy.HasQuota(peer.Id) && !peer.IsKnown(now) && AddressBlock.Of(peer.Record.Record.NodeEndpoint) == block);
    }

    /// <summary>Takes a node or its newer record.</summary>
    public Peer Set(KnownRecord record)
    {
        if (_peers.TryGetValue(record.Id, out var peer))
        {
            Forget(peer.Record);
            peer.Record = record;
        }
        else
        {
            peer = new Peer(record, mesh.Now);
            _peers.Add(record.Id, peer);
        }

        _left.Remove(record.Id);
        _bySignature[record.Signed.Signature] = record;
        if (AddressBlock.Of(record.Record.NodeEndpoint) is { } block) _blocks[block] = _blocks.GetValueOrDefault(block) + 1;
        Changed();
        return peer;
    }

    /// <summary>Drops a node whose record ran out.</summary>
    public void Remove(Peer peer)
    {
        _peers.Remove(peer.Id);
        Forget(peer.Record);
        Changed();
    }

    /// <summary>Drops a node that left, and remembers it until no older record can be valid any more.</summary>
    /// <param name="node">The node.</param>
    /// <param name="counter">Only a record above it brings the node back.</param>
    /// <param name="record">Its farewell; null when it only said so.</param>
    public void SetLeft(NodeId node, ulong counter, SignedRecord? record)
    {
        if (_peers.TryGetValue(node, out var peer)) Remove(peer);
        if (!_left.ContainsKey(node) && _left.Count >= MeshLimits.LeftMax) _left.Remove(_left.MinBy(static pair => pair.Value.Until).Key);
        _left[node] = new LeftNode(counter, record, mesh.UtcNow + MeshLimits.RecordLifetime + MeshLimits.RecordLeadMax);
        Changed();
    }

    /// <summary>Nodes whose records ran out, and forgets those that left long ago.</summary>
    public IReadOnlyList<Peer> TakeExpired()
    {
        var now = mesh.UtcNow;
        foreach (var node in _left.Where(pair => pair.Value.Until < now).Select(static pair => pair.Key).ToList()) _left.Remove(node);
        var nowNs = mesh.UtcNs;
        return [.. _peers.Values.Where(peer => peer.Record.Record.ExpiresNs <= nowNs)];
    }

    /// <summary>What a restart is told.</summary>
    public SavedPeers ToSaved() => new() { Records = { AllSigned() }, Ages = { _peers.Values.Select(peer => peer.ToAge(mesh.Now)).OfType<PeerAge>() } };

    /// <summary>Lets nodes be as old as they were before the restart. Ages of nodes that are none any more are forgotten.</summary>
    public void Restore(IEnumerable<PeerAge> ages)
    {
        foreach (var age in ages)
            if (age.Node.Length == Hash256.Length && Find(new NodeId(new Hash256(age.Node.Span))) is { } peer) peer.Restore(age, mesh.Now);
    }

    /// <summary>What other nodes are sent, and a restart is told: live records, this node's own, and farewells.</summary>
    public IEnumerable<SignedRecord> AllSigned() =>
        _peers.Values.Select(static peer => peer.Record.Signed).Prepend(own.Current.Signed)
            .Concat(_left.Values.Select(static left => left.Record).OfType<SignedRecord>());

    /// <summary>The digest of all live records, this node's own among them.</summary>
    public ByteString Digest() => _digest ??= ComputeDigest();

    /// <summary>Notes that a record changed, this node's own for example.</summary>
    public void Changed() => (_digest, IsDirty) = (null, true);

    private ByteString ComputeDigest()
    {
        var records = _peers.Values.Select(static peer => peer.Record).Append(own.Current).ToArray();
        Array.Sort(records, static (left, right) => left.Key.Bytes.Span.SequenceCompareTo(right.Key.Bytes.Span));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> counter = stackalloc byte[sizeof(ulong)];
        foreach (var record in records)
        {
            hash.AppendData(record.Key.Bytes.Span);
            BinaryPrimitives.WriteUInt64BigEndian(counter, record.Counter);
            hash.AppendData(counter);
        }

        return UnsafeByteOperations.UnsafeWrap(hash.GetHashAndReset());
    }

    private void Forget(KnownRecord record)
    {
        _bySignature.Remove(record.Signed.Signature);
        if (AddressBlock.Of(record.Record.NodeEndpoint) is not { } block) return;
        if (_blocks[block] > 1) _blocks[block]--;
        else _blocks.Remove(block);
    }

    /// <summary>One that left.</summary>
    private readonly record struct LeftNode(ulong Counter, SignedRecord? Record, DateTimeOffset Until);
}
