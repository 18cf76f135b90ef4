using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Envelopes;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Tests.Nodes;

/// <summary>A log that a node might have written, byte by byte as the documents say, with forgeries where a test wants them.</summary>
internal sealed class FakeLog
{
    private readonly NodeKey _key;
    private readonly List<(byte[] Header, byte[] Payload, Hash256 Hash, long TimeNs)> _entries = [];

    public FakeLog(NodeKey key, ulong incarnation = 0x1234, uint shard = 0) => (_key, Name) = (key, new LogName(key.Id, shard, incarnation));

    private FakeLog(FakeLog original, int length)
    {
        (_key, Name) = (original._key, original.Name);
        _entries.AddRange(original._entries.Take(length));
    }

    public LogName Name { get; }

    public Hash256 Hash => Name.ToHash();

    public ulong Length => (ulong)_entries.Count;

    /// <summary>Another history of the same log, signed by the same key, that is the same up to a number.</summary>
    public FakeLog Fork(int length) => new(this, length);

    public FakeLog Append(string message, string topic = "/xmtp/0/m-fake/proto", EntryKind kind = EntryKind.ClassicEnvelope, byte[]? token = null, long expiryNs = 0)
    {
        var text = Encoding.UTF8.GetBytes(message);
        var payload = kind == EntryKind.ProtectedClassicEnvelope ? [(byte)(token!.Length >> 8), (byte)token.Length, .. token, .. text] : text;
        var digest = new Hash256(EnvelopeDigest.Compute(topic, text));
        var time = 1_700_000_000_000_000_000 + (long)Length * 1_000_000_000;
        var header = new byte[EntryHeaderFormat.FixedLength + topic.Length];
        (header[0], header[1]) = (EntryHeaderFormat.Version, (byte)kind);
        Name.CopyTo(header.AsSpan(2));
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(46), Length + 1);
        (_entries.Count == 0 ? default : _entries[^1].Hash).CopyTo(header.AsSpan(54));
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(86), time);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(94), expiryNs);
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(102), Length + 7);
        digest.CopyTo(header.AsSpan(110));
        IdempotencyKey.ForClassicEnvelope(Encoding.UTF8.GetBytes(topic), Length + 7, digest).CopyTo(header.AsSpan(142));
        SHA256.HashData(payload).CopyTo(header, 174);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(206), payload.Length);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(210), (ushort)topic.Length);
        Encoding.UTF8.GetBytes(topic, header.AsSpan(212));
        _entries.Add((header, payload, EntryHeaderFormat.Hash(header), time));
        return this;
    }

    public FakeLog AppendMany(int count)
    {
        for (var i = 0; i < count; i++) Append($"message {Length + 1}");
        return this;
    }

    /// <summary>What a node says that holds so much of it.</summary>
    public LogState State(ulong? watermark = null, bool isFrozen = false) => State(watermark ?? Length, isFrozen, _key);

    /// <summary>The same under a head that somebody else signed.</summary>
    public LogState ForgedState(NodeKey forger) => State(Length, false, forger);

    public SignedHead Head(ulong sequence, NodeKey? signer = null)
    {
        var (_, _, hash, time) = _entries[(int)sequence - 1];
        return SignedHead.Create(signer ?? _key, Name, new LogEnd(sequence, hash, time));
    }

    /// <summary>What a node sends that has so much of it.</summary>
    public IEnumerable<Entries> Frames(ulong from, ulong? to = null, int perFrame = 3, Func<int, byte[], byte[]>? forge = null)
    {
        for (var first = from; first <= (to ?? Length); first += (ulong)perFrame)
        {
            var last = Math.Min(to ?? Length, first + (ulong)perFrame - 1);
            var frame = new Entries { Log = ByteString.CopyFrom(Hash.ToArray()), Head = ByteString.CopyFrom(Head(last).Bytes.Span) };
            for (var number = first; number <= last; number++)
            {
                var (header, payload, _, _) = _entries[(int)number - 1];
                frame.Entries_.Add(new Entry { Header = ByteString.CopyFrom(header), Payload = ByteString.CopyFrom(forge?.Invoke((int)number, payload) ?? payload) });
            }

            yield return frame;
        }
    }

    private LogState State(ulong watermark, bool isFrozen, NodeKey signer) => new()
    {
        Log = new LogDescriptor { PublicKey = ByteString.CopyFrom(_key.Public.Bytes.Span), Shard = Name.Shard, Incarnation = Name.Incarnation },
        Watermark = watermark,
        Hash = ByteString.CopyFrom(_entries[(int)watermark - 1].Hash.ToArray()),
        Head = ByteString.CopyFrom(Head(watermark, signer).Bytes.Span),
        Frozen = isFrozen,
    };
}
