using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;
using Xmtp.Simulation.Nodes;

namespace Xmtp.Simulation.Byzantine;

/// <summary>Makes frames that no correct node sends.</summary>
internal sealed class FrameForger(World world, NodeKey key)
{
    private const int TooLong = (2 << 20) + 1;

    private Random Random => world.Random;

    /// <summary>Entries of another node, in some way not as they were.</summary>
    public Entries Alter(IReadOnlyList<Entries> captured)
    {
        var frame = captured[Random.Next(captured.Count)].Clone();
        var entry = frame.Entries_[Random.Next(frame.Entries_.Count)];
        switch (Random.Next(9))
        {
            case 0: entry.Payload = Flip(entry.Payload); break;
            case 1: entry.Header = Flip(entry.Header); break;
            case 2: frame.Entries_.Add(entry.Clone()); break;
            case 3: frame.Entries_.RemoveAt(Random.Next(frame.Entries_.Count)); break;
            case 4: frame.Head = OwnHead(frame); break;
            case 5: frame.Log = world.ByteString(Random.Next(40)); break;
            case 6: (entry.Pruned, entry.Payload) = (true, ByteString.Empty); break;
            case 7: frame.Head = Flip(frame.Head); break;
            // Just as it was, again.
            default: break;
        }

        return frame;
    }

    /// <summary>Bytes or fields without sense.</summary>
    public IMessage Nonsense()
    {
        var log = world.ByteString(Random.Next(2) == 0 ? Hash256.Length : Random.Next(100));
        var descriptor = new LogDescriptor { PublicKey = world.ByteString(Random.Next(2) == 0 ? NodePublicKey.Length : Random.Next(80)), Shard = (uint)Random.Next(), Incarnation = (ulong)Random.NextInt64() };
        var state = new LogState { Log = Random.Next(3) == 0 ? null : descriptor, Watermark = (ulong)Random.NextInt64(), Hash = log, Head = Head() };
        return Random.Next(18) switch
        {
            0 => new Frame { Entries = new Entries { Log = log, Head = Head(), Entries_ = { new Entry { Header = world.ByteString(Random.Next(400)), Payload = world.ByteString(50) } } } },
            1 => new Frame { Heads = new Heads { Logs = { state } } },
            2 => new Frame { Vector = new Vector { Logs = { state, state }, More = Random.Next(2) == 0, Same = Random.Next(2) == 0 } },
            3 => new Frame { Ack = new Ack { Watermarks = { new Watermark { Log = log, Watermark_ = ulong.MaxValue } } } },
            4 => new Frame { Follow = new Follow { Log = log, From = (ulong)Random.NextInt64() } },
            5 => new Frame { Unfollow = new Unfollow { Log = log } },
            6 => new Frame { NotHave = new NotHave { Log = log, Watermark = (ulong)Random.NextInt64() } },
            7 => new Frame { Credit = new Credit { Bytes = ulong.MaxValue } },
            8 => new Frame { Live = new Live { Topic = new string('\ufffd', Random.Next(400)), TimestampNs = ulong.MaxValue, Message = log, RelayTo = { log, world.ByteString(Hash256.Length) } } },
            9 => new Frame { Evidence = new Evidence { Log = Random.Next(2) == 0 ? null : descriptor, FirstHead = Head(), SecondHead = Head(), Headers = { log } } },
            10 => new Frame { VectorRequest = new VectorRequest { Hash = log } },
            11 => new Frame { Records = new Records { Records_ = { new SignedRecord { Record = log, Signature = world.ByteString(64) } } } },
            12 => new Frame { RecordsDigest = new RecordsDigest { Hash = log } },
            13 => new Frame { Probe = new Probe { Node = log } },
            14 => new Frame { ProbeResult = new ProbeResult { Node = log, Connected = true } },
            15 => new Frame(),
            16 => new Frame { Live = new Live { Topic = "x", Message = world.ByteString(TooLong) } },
            _ => new Frame { Hello = new Hello { Network = "simulation", Instance = log } },
        };
    }

    private ByteString OwnHead(Entries frame) =>
        frame.Entries_.Count > 0 && EntryHeaderFormat.TryRead(frame.Entries_[^1].Header.Span, out var header, out _)
            ? ByteString.CopyFrom(SignedHead.Create(key, header.Log, new LogEnd(header.Sequence, EntryHeaderFormat.Hash(frame.Entries_[^1].Header.Span), header.OriginatorTimeNs)).Bytes.Span)
            : frame.Head;

    private ByteString Head()
    {
        var bytes = world.Bytes(Random.Next(2) == 0 ? SignedHead.Length : Random.Next(200));
        if (bytes.Length > 0) bytes[0] = SignedHead.Version;
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private ByteString Flip(ByteString bytes)
    {
        if (bytes.IsEmpty) return world.ByteString(1);
        var copy = bytes.ToByteArray();
        copy[Random.Next(copy.Length)] ^= (byte)(1 << Random.Next(8));
        return UnsafeByteOperations.UnsafeWrap(copy);
    }
}
