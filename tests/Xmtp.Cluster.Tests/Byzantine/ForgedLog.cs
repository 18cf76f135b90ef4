using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Envelopes;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cluster.Tests.Byzantine;

/// <summary>A log made outside of any node: right in every byte, for tests to break one of them.</summary>
internal sealed class ForgedLog(NodeKey key, LogName name)
{
    private readonly List<Entry> _entries = [];
    private readonly List<Hash256> _hashes = [];
    private long _timeNs = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    /// <summary>How many entries it has.</summary>
    public ulong Count => (ulong)_entries.Count;

    public static ForgedLog Of(NodeKey key, ulong incarnation = 0) => new(key, new LogName(key.Public.Id, 0, incarnation));

    /// <summary>The log's name on the wire.</summary>
    public ByteString Hash => ByteString.CopyFrom(name.ToHash().ToArray());

    /// <summary>The log's descriptor on the wire.</summary>
    public LogDescriptor Descriptor => new() { PublicKey = ByteString.CopyFrom(key.Public.Bytes.Span), Shard = name.Shard, Incarnation = name.Incarnation };

    /// <summary>A log that is the same up to now and may part from this one.</summary>
    public ForgedLog Fork()
    {
        var fork = new ForgedLog(key, name) { _timeNs = _timeNs };
        fork._entries.AddRange(_entries);
        fork._hashes.AddRange(_hashes);
        return fork;
    }

    /// <summary>Adds entries with messages of this kind.</summary>
    public ForgedLog Add(string text, int count, int messageBytes = 32)
    {
        for (var i = 0; i < count; i++) Add("/xmtp/0/forged/proto", string.Create(CultureInfo.InvariantCulture, $"{text} {Count + 1}").PadRight(messageBytes));
        return this;
    }

    /// <summary>Entries of a range, with a head at the last of them.</summary>
    public Entries Frame(ulong from, ulong to) => new()
    {
        Log = Hash,
        Entries_ = { _entries.GetRange((int)from - 1, (int)(to - from + 1)).Select(static entry => entry.Clone()) },
        Head = Head(to),
    };

    /// <summary>A signed head.</summary>
    public ByteString Head(ulong sequence)
    {
        var header = EntryHeaderFormat.Read(_entries[(int)sequence - 1].Header.Span);
        return ByteString.CopyFrom(SignedHead.Create(key, name, new LogEnd(sequence, _hashes[(int)sequence - 1], header.OriginatorTimeNs)).Bytes.Span);
    }

    /// <summary>What a node says of it in a vector or in heads.</summary>
    public LogState State() => new() { Log = Descriptor, Watermark = Count, Hash = ByteString.CopyFrom(_hashes[^1].ToArray()), Head = Head(Count) };

    private void Add(string topic, string text)
    {
        var (topicBytes, message) = (Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(text));
        Span<byte> digestBytes = stackalloc byte[Hash256.Length];
        EnvelopeDigest.Compute(topic, message, digestBytes);
        var (digest, senderTimeNs) = (new Hash256(digestBytes), (ulong)++_timeNs);
        var header = new byte[EntryHeaderFormat.FixedLength + topicBytes.Length];
        EntryHeaderFormat.WriteDraft(
            header, EntryKind.ClassicEnvelope, senderTimeNs, digest, IdempotencyKey.ForClassicEnvelope(topicBytes, senderTimeNs, digest),
            new Hash256(SHA256.HashData(message)), message.Length, topicBytes);
        EntryHeaderFormat.WritePlace(header, name, Count + 1, _hashes.Count == 0 ? default : _hashes[^1], _timeNs, expiryNs: 0);
        _entries.Add(new Entry { Header = ByteString.CopyFrom(header), Payload = ByteString.CopyFrom(message) });
        _hashes.Add(EntryHeaderFormat.Hash(header));
    }
}
