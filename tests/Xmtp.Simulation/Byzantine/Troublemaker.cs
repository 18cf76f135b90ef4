using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Membership;
using Xmtp.Protocol.Network.V1;
using Xmtp.Simulation.Clients;
using Xmtp.Simulation.Network;
using Xmtp.Simulation.Nodes;
using Xmtp.Simulation.Scheduling;

namespace Xmtp.Simulation.Byzantine;

/// <summary>What a node that is no correct one does on its connections.</summary>
internal sealed class Troublemaker
{
    private const int CapturedMax = 40;

    private readonly World _world;
    private readonly NodeKey _key;
    private readonly NodeClock _clock;
    private readonly IReadOnlyCollection<Mischief> _mischief;
    private readonly Action<SimEnd, IMessage> _send;
    private readonly ForgedLog[] _branches;
    private readonly Dictionary<SessionId, ulong> _next = [];
    private readonly List<Entries> _captured = [];
    private readonly Dictionary<Hash256, LogState> _known = [];
    private readonly FrameForger _forger;

    public Troublemaker(World world, NodeKey key, NodeClock clock, IReadOnlyCollection<Mischief> mischief, Action<SimEnd, IMessage> send)
    {
        (_world, _key, _clock, _mischief, _send) = (world, key, clock, mischief, send);
        _forger = new FrameForger(world, key);
        var log = new ForgedLog(key, new LogName(key.Id, 0, 7));
        for (var i = 0; i < 3; i++) Grow(log);
        _branches = mischief.Contains(Mischief.Equivocate) ? [log, log.Branch()] : [log];
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeNanoseconds();

    public void Received(SimEnd end, Frame frame)
    {
        switch (frame.FrameCase)
        {
            case Frame.FrameOneofCase.Heads: Learn(end, frame.Heads.Logs); break;
            case Frame.FrameOneofCase.Vector: Learn(end, frame.Vector.Logs); break;
            case Frame.FrameOneofCase.VectorRequest: _send(end, new Frame { Vector = new Vector { Logs = { BranchOf(end).State() } } }); break;
            case Frame.FrameOneofCase.Follow when frame.Follow.Log.Span.SequenceEqual(BranchOf(end).Name.ToHash().ToArray()):
                _next[end.Id] = frame.Follow.From;
                Serve(end);
                break;
            case Frame.FrameOneofCase.Follow when _mischief.Contains(Mischief.Forge) && _captured.Count > 0: _send(end, new Frame { Entries = _forger.Alter(_captured) }); break;
            case Frame.FrameOneofCase.Entries:
                if (_captured.Count == CapturedMax) _captured.RemoveAt(0);
                _captured.Add(frame.Entries);
                if (!_mischief.Contains(Mischief.Pester)) _send(end, new Frame { Credit = new Credit { Bytes = (ulong)frame.Entries.CalculateSize() } });
                break;
            default: break;
        }
    }

    public void Gone(SimEnd end) => _next.Remove(end.Id);

    /// <summary>Does one thing.</summary>
    public void Act(SimEnd end)
    {
        switch (_mischief.ElementAt(_world.Random.Next(_mischief.Count)))
        {
            case Mischief.Equivocate or Mischief.Misdate:
                Grow(BranchOf(end));
                _send(end, new Frame { Heads = new Heads { Logs = { BranchOf(end).State() } } });
                Serve(end);
                break;
            case Mischief.Forge when _captured.Count > 0: _send(end, new Frame { Entries = _forger.Alter(_captured) }); break;
            case Mischief.Boast: Boast(end); break;
            case Mischief.Garble: _send(end, _forger.Nonsense()); break;
            case Mischief.Pester: Pester(end); break;
            default: break;
        }
    }

    public IEnumerable<byte[]> ReadRange()
    {
        for (var i = 0; i < 200; i++)
        {
            if (_captured.Count == 0) yield return _world.Bytes(_world.Random.Next(100));
            else yield return (_mischief.Contains(Mischief.Forge) ? _forger.Alter(_captured) : _captured[_world.Random.Next(_captured.Count)]).ToByteArray();
        }
    }

    private ForgedLog BranchOf(SimEnd end) => _branches[end.Peer.Host.Index % _branches.Length];

    private void Serve(SimEnd end)
    {
        if (!_next.TryGetValue(end.Id, out var next) || BranchOf(end).Frame(next) is not { } frame) return;
        _next[end.Id] = BranchOf(end).End + 1;
        _send(end, new Frame { Entries = frame });
    }

    private void Learn(SimEnd end, IEnumerable<LogState> states)
    {
        foreach (var state in states)
        {
            if (!SignedHead.TryRead(state.Head.Span, out var head) || head.Log.Node == _key.Id) continue;
            var isNew = !_known.ContainsKey(head.Log.ToHash());
            _known[head.Log.ToHash()] = state;
            if (isNew) _send(end, new Frame { Follow = new Follow { Log = ByteString.CopyFrom(head.Log.ToHash().ToArray()), From = 1 } });
        }
    }

    private void Boast(SimEnd end)
    {
        foreach (var (log, state) in _known)
        {
            var more = _world.Random.Next(3) switch { 0 => ulong.MaxValue, 1 => 20_000UL, _ => 5UL };
            _send(end, new Frame { Ack = new Ack { Watermarks = { new Watermark { Log = ByteString.CopyFrom(log.ToArray()), Watermark_ = Math.Max(more, state.Watermark + 1) } } } });
        }
    }

    private void Pester(SimEnd end)
    {
        for (var i = 0; i < 20; i++)
        {
            if (i % 2 == 0) _send(end, new Frame { VectorRequest = new VectorRequest { Hash = _world.ByteString(Hash256.Length) } });
            foreach (var log in _known.Keys.Take(3)) _send(end, new Frame { Follow = new Follow { Log = ByteString.CopyFrom(log.ToArray()), From = 1 } });
        }
    }

    private void Grow(ForgedLog log)
    {
        var now = Now;
        if (_mischief?.Contains(Mischief.Misdate) == true)
        {
            now += _world.Random.Next(4) switch { 0 => 900_000_000_000, 1 => -900_000_000_000, _ => 0 };
        }

        log.Append(Workload.Topics[_world.Random.Next(Workload.Topics.Count)], (ulong)Now, _world.Bytes(20), now);
    }
}
