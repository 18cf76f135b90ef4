using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Tests.Membership.Simulation;

/// <summary>One node of a simulated network: a mesh, and hands that reach into the simulation. It checks what the mesh promises.</summary>
internal sealed class SimNode : IMeshActions
{
    private readonly SimNetwork _network;
    private readonly Dictionary<NodeId, bool> _links = [];

    public SimNode(SimNetwork network, NodeKey key, NetworkOptions options, NodeInstance instance, int number)
    {
        (_network, Key, Options, Number) = (network, key, options, number);
        Mesh = new Mesh(key, options, instance, network.Time, new Random(network.Random.Next()), this, Log, signerOf: network.SignerOf);
    }

    public Mesh Mesh { get; }

    public NodeKey Key { get; }

    public NodeId Id => Key.Id;

    public NetworkOptions Options { get; }

    public int Number { get; }

    public string Address => Options.NodeEndpoint;

    public bool IsAlive { get; set; } = true;

    public MeshTestLog Log { get; } = new();

    public SavedPeers Saved { get; private set; } = new();

    public List<bool> Twins { get; } = [];

    /// <summary>How often a link came up, by node.</summary>
    public Dictionary<NodeId, int> Ups { get; } = [];

    public int Dials { get; private set; }

    public int DialsInFlight { get; set; }

    public int DialsInFlightMax { get; private set; }

    public long FramesSent { get; private set; }

    public IReadOnlyCollection<NodeId> Links => Mesh.Links;

    /// <summary>Whether the first frame that the other side sent over its link came over this one.</summary>
    public bool HeardFrom(NodeId node) => _links.GetValueOrDefault(node);

    public void Dial(string address, NodeId? expected)
    {
        Dials++;
        DialsInFlightMax = Math.Max(DialsInFlightMax, ++DialsInFlight);
        _network.Dial(this, address, expected);
    }

    public void Send(SessionId session, Frame frame)
    {
        FramesSent++;
        _network.Send(this, session, frame);
    }

    public void Close(SessionId session, string reason) => _network.Close(this, session, reason);

    public void SavePeers(SavedPeers peers) => Saved = peers;

    public void LinkUp(NodeId node, Hello hello)
    {
        Assert.True(_links.TryAdd(node, false), $"node {Number}: a second link with {node} without the end of the first; {_network}");
        Assert.True(Mesh.IsLinked(node));
        Ups[node] = Ups.GetValueOrDefault(node) + 1;
        // Sent at once: the other side must be able to take it.
        Assert.True(Mesh.Send(node, new Frame { Credit = new Credit { Bytes = 1 } }));
    }

    public void LinkDown(NodeId node) => Assert.True(_links.Remove(node), $"node {Number}: the end of a link that was not; {_network}");

    public void Received(NodeId node, Frame frame)
    {
        Assert.True(_links.ContainsKey(node), $"node {Number}: a frame without a link; {_network}");
        Assert.Equal(Frame.FrameOneofCase.Credit, frame.FrameCase);
        _links[node] = true;
    }

    public void PeerChanged(PeerStatus peer, bool removed) => Assert.False(peer.Link == LinkState.Self && removed);

    public void TwinFound(bool isOlder) => Twins.Add(isOlder);
}
