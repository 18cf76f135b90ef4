using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Membership;
using Xmtp.Protocol.Network.V1;
using Xmtp.Simulation.Network;
using Xmtp.Simulation.Nodes;
using Xmtp.Simulation.Scheduling;

namespace Xmtp.Simulation.Byzantine;

/// <summary>A node with a key of its own that speaks frames by hand: polite enough to be let in, and then not.</summary>
internal sealed class ByzantineNode : INetworkHost
{
    private readonly World _world;
    private readonly NodeKey _key;
    private readonly NodeClock _clock;
    private readonly Dictionary<SessionId, SimEnd> _sessions = [];
    private readonly Troublemaker _trouble;

    public ByzantineNode(World world, int index, NodeKey key, IReadOnlyCollection<Mischief> mischief)
    {
        (_world, Index, _key) = (world, index, key);
        _clock = new NodeClock(world.Scheduler, 1);
        _trouble = new Troublemaker(world, key, _clock, mischief, Send);
    }

    public int Index { get; }

    public NodePublicKey PublicKey => _key.Public;

    public string Address => SimNetwork.AddressOf(Index);

    public bool IsRunning => true;

    /// <summary>Begins.</summary>
    public void Start()
    {
        _world.Network.Start(this);
        Dial();
        Act();
    }

    public void SessionOpened(SimEnd end)
    {
        _sessions[end.Id] = end;
        Send(end, new Frame { Hello = Hello() });
    }

    public void FrameReceived(SimEnd end, byte[] frame)
    {
        var read = Frame.Parser.ParseFrom(frame);
        switch (read.FrameCase)
        {
            case Frame.FrameOneofCase.Hello: Send(end, new Frame { Ping = new Ping { Nonce = 1 } }); break;
            case Frame.FrameOneofCase.Ping: Send(end, new Frame { Pong = new Pong { Nonce = read.Ping.Nonce } }); break;
            default: _trouble.Received(end, read); break;
        }
    }

    public void SessionClosed(SimEnd end, string reason)
    {
        _sessions.Remove(end.Id);
        _trouble.Gone(end);
    }

    public IEnumerable<byte[]> ReadRange(NodePublicKey reader, ReadRangeRequest request) => _trouble.ReadRange();

    private void Dial()
    {
        foreach (var node in _world.Nodes)
            if (_sessions.Values.All(end => end.Peer.Host.Index != node.Index)) _world.Network.Dial(this, node.Address, null, static _ => { });
        _world.Scheduler.After(_world.Between(1000, 4000), Dial);
    }

    private void Act()
    {
        foreach (var end in _sessions.Values.ToList()) _trouble.Act(end);
        _world.Scheduler.After(_world.Between(50, 1000), Act);
    }

    private void Send(SimEnd end, IMessage frame) => _world.Network.Send(end, frame.ToByteArray());

    private Hello Hello()
    {
        var now = _clock.GetUtcNow();
        var record = new NodeRecord
        {
            Network = "simulation",
            PublicKey = ByteString.CopyFrom(_key.Public.Bytes.Span),
            NodeEndpoint = Address,
            Software = "other",
            ProtocolMin = MeshLimits.ProtocolMin,
            ProtocolMax = MeshLimits.ProtocolMax,
            Counter = (ulong)now.ToUnixTimeMilliseconds(),
            IssuedNs = now.ToUnixTimeNanoseconds(),
            ExpiresNs = (now + MeshLimits.RecordLifetime).ToUnixTimeNanoseconds(),
        };
        return new Hello
        {
            Network = "simulation", Record = RecordSignature.Sign(_key, record).Signed, Instance = ByteString.CopyFrom(new byte[NodeInstance.IdLength]),
            StartedNs = 1, VectorHash = _world.ByteString(Hash256.Length), Credit = 4 << 20,
        };
    }
}
