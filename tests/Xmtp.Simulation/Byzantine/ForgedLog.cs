using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Simulation.Byzantine;

/// <summary>A log made by hand: its bytes are right unless somebody asks for wrong ones.</summary>
internal sealed class ForgedLog(NodeKey key, LogName name)
{
    private readonly List<(byte[] Header, byte[] Payload, Hash256 Hash, long Time)> _entries = [];

    public LogName Name => name;

    public ulong End => (ulong)_entries.Count;

    /// <summary>Another log that begins as this one does.</summary>
    public ForgedLog Branch()
    {
        var branch = new ForgedLog(key, name);
        branch._entries.AddRange(_entries);
        return branch;
    }

    public void Append(string topic, ulong senderTimeNs, byte[] message, long originatorTimeNs)
    {
        var entry = new PendingEntry();
        entry.Set(new Envelope { ContentTopic = topic, TimestampNs = senderTimeNs, Message = UnsafeByteOperations.UnsafeWrap(message) }, 0);
        entry.Assign(new EntryPlace(default, End + 1), name, _entries.Count == 0 ? default : _entries[^1].Hash, originatorTimeNs);
        _entries.Add((entry.Header.ToArray(), message, entry.HeaderHash, originatorTimeNs));
    }

    public LogState State() => new()
    {
        Log = new LogDescriptor { PublicKey = UnsafeByteOperations.UnsafeWrap(key.Public.Bytes), Shard = name.Shard, Incarnation = name.Incarnation },
        Watermark = End,
        Hash = End == 0 ? ByteString.Empty : ByteString.CopyFrom(_entries[^1].Hash.ToArray()),
        Head = End == 0 ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(Head().Bytes),
    };

    /// <summary>A frame from a number on; null when there is nothing.</summary>
    public Entries? Frame(ulong from)
    {
        if (from == 0 || from > End) return null;
        var frame = new Entries { Log = ByteString.CopyFrom(name.ToHash().ToArray()), Head = UnsafeByteOperations.UnsafeWrap(Head().Bytes) };
        foreach (var entry in _entries.Skip((int)from - 1))
            frame.Entries_.Add(new Entry { Header = UnsafeByteOperations.UnsafeWrap(entry.Header), Payload = UnsafeByteOperations.UnsafeWrap(entry.Payload) });
        return frame;
    }

    private SignedHead Head() => SignedHead.Create(key, name, new LogEnd(End, _entries[^1].Hash, _entries[^1].Time));
}
