using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Network;
using Xmtp.Node.Core.Tests.Membership.Simulation;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Tests.Membership;

/// <summary>One mesh with nothing around it: tests play the other nodes, and read what it does.</summary>
internal sealed class MeshFixture : IMeshActions
{
    private long _session;

    public MeshFixture(Func<NetworkOptions, NetworkOptions>? change = null, int own = 0, NodeInstance? instance = null)
    {
        var options = new NetworkOptions { NodeEndpoint = SimNetwork.AddressOf(own) };
        Mesh = new Mesh(SimNetwork.KeyOf(own), change?.Invoke(options) ?? options, instance ?? new NodeInstance(UtcNs, 7), Time, new Random(1), this, Log, signerOf: (signed, record, known) =>
        {
            Checks++;
            return RecordSignature.SignerOf(signed, record, known);
        });
    }

    public VirtualTime Time { get; } = new();

    public MeshTestLog Log { get; } = new();

    public Mesh Mesh { get; }

    /// <summary>Signatures that were checked.</summary>
    public int Checks { get; private set; }

    public long UtcNs => Time.GetUtcNow().ToUnixTimeNanoseconds();

    public List<(string Address, NodeId? Expected)> Dials { get; } = [];

    public List<(SessionId Session, Frame Frame)> Sent { get; } = [];

    public List<(SessionId Session, string Reason)> Closed { get; } = [];

    public List<SavedPeers> Saves { get; } = [];

    /// <summary>Links that came (+) and went (-).</summary>
    public List<string> LinkEvents { get; } = [];

    public List<(NodeId Node, Frame Frame)> Received { get; } = [];

    public List<(PeerStatus Peer, bool Removed)> Changes { get; } = [];

    public List<bool> Twins { get; } = [];

    /// <summary>Another node's record.</summary>
    public KnownRecord RecordOf(int number, ulong counter = 1, Action<NodeRecord>? change = null)
    {
        var record = new NodeRecord
        {
            Network = "xmtp-local",
            PublicKey = ByteString.CopyFrom(SimNetwork.KeyOf(number).Public.Bytes.Span),
            NodeEndpoint = SimNetwork.AddressOf(number),
            Software = "other/1.0",
            ProtocolMin = 1,
            ProtocolMax = 1,
            Counter = counter,
            IssuedNs = UtcNs,
            ExpiresNs = UtcNs + 86_400_000_000_000,
        };
        change?.Invoke(record);
        return RecordSignature.Sign(SimNetwork.KeyOf(number), record);
    }

    public static Frame HelloOf(KnownRecord record, NodeInstance? instance = null, string network = "xmtp-local") => new()
    {
        Hello = new Hello
        {
            Network = network,
            Record = record.Signed,
            Instance = (instance ?? new NodeInstance(1, 1)).ToByteString(),
            StartedNs = (instance ?? new NodeInstance(1, 1)).StartedNs,
        },
    };

    /// <summary>Another node connects.</summary>
    public SessionId OpenInbound(int number, string address = "127.0.0.1:50000")
    {
        var id = new SessionId(++_session);
        Mesh.SessionOpened(id, SimNetwork.KeyOf(number).Public, isOutbound: false, null, address);
        return id;
    }

    /// <summary>A dial succeeds.</summary>
    public SessionId OpenOutbound(int number, string? dialled = null)
    {
        var id = new SessionId(++_session);
        var address = dialled ?? SimNetwork.AddressOf(number);
        Mesh.SessionOpened(id, SimNetwork.KeyOf(number).Public, isOutbound: true, address, address);
        return id;
    }

    /// <summary>Another node connects and becomes linked.</summary>
    public SessionId Link(int number, ulong counter = 1, string address = "127.0.0.1:50000")
    {
        var id = OpenInbound(number, address);
        Mesh.FrameReceived(id, HelloOf(RecordOf(number, counter)));
        Say(id, Ping());
        Assert.True(Mesh.IsLinked(SimNetwork.KeyOf(number).Id));
        return id;
    }

    public void Say(SessionId session, Frame frame) => Mesh.FrameReceived(session, frame);

    /// <summary>Time passes as it does in a node: with ticks. Other nodes say nothing but what is given.</summary>
    public void Pass(double seconds, params SessionId[] alive)
    {
        for (var i = 0; i < seconds * 10; i++)
        {
            Time.Elapsed += TimeSpan.FromMilliseconds(100);
            if (i % 20 == 0)
            {
                foreach (var session in alive) Say(session, new Frame { Pong = new Pong() });
            }

            Mesh.Tick();
        }
    }

    /// <summary>Hours pass; the other nodes are heard all the time.</summary>
    public void PassHours(double hours, params SessionId[] alive)
    {
        for (var i = 0; i < hours * 1800; i++)
        {
            Time.Elapsed += TimeSpan.FromSeconds(2);
            foreach (var session in alive) Say(session, new Frame { Pong = new Pong() });
            Mesh.Tick();
        }
    }

    public bool IsClosed(SessionId session) => Closed.Any(closed => closed.Session == session);

    public string ReasonOf(SessionId session) => Closed.Single(closed => closed.Session == session).Reason;

    public IEnumerable<Frame> SentTo(SessionId session) => Sent.Where(sent => sent.Session == session).Select(static sent => sent.Frame);

    public IEnumerable<NodeId> RecordsSentTo(SessionId session) =>
        SentTo(session).Where(static frame => frame.FrameCase == Frame.FrameOneofCase.Records).SelectMany(static frame => frame.Records.Records_)
            .Select(static signed => RecordShape.TryRead(signed, out _, out var node, out var problem) ? node : throw new InvalidOperationException(problem));

    public static Frame Ping() => new() { Ping = new Ping { Nonce = 1 } };

    public static Frame Records(params KnownRecord[] records) => new() { Records = new Records { Records_ = { records.Select(static record => record.Signed) } } };

    public static NodeId Id(int number) => SimNetwork.KeyOf(number).Id;

    /// <summary>A node whose id is below, or above, that of node 0.</summary>
    public static int Number(bool isLower) => Enumerable.Range(1, 100).First(number => Id(number) < Id(0) == isLower);

    void IMeshActions.Dial(string address, NodeId? expected) => Dials.Add((address, expected));

    void IMeshActions.Send(SessionId session, Frame frame) => Sent.Add((session, frame));

    void IMeshActions.Close(SessionId session, string reason) => Closed.Add((session, reason));

    void IMeshActions.SavePeers(SavedPeers peers) => Saves.Add(peers);

    void IMeshActions.LinkUp(NodeId node, Hello hello) => LinkEvents.Add("+" + node.ToShortString());

    void IMeshActions.LinkDown(NodeId node) => LinkEvents.Add("-" + node.ToShortString());

    void IMeshActions.Received(NodeId node, Frame frame) => Received.Add((node, frame));

    void IMeshActions.PeerChanged(PeerStatus peer, bool removed) => Changes.Add((peer, removed));

    void IMeshActions.TwinFound(bool isOlder) => Twins.Add(isOlder);
}
