using System.Text;
using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol;
using Xmtp.Protocol.Envelopes;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Node.Core.Replication;

/// <summary>
/// Ephemeral envelopes between nodes: sent once to every linked node, and for those that are not linked to one that is asked to hand
/// them on. Best effort, never stored; each is shown once here.
/// </summary>
internal sealed class LiveRelay(ReplicationContext context)
{
    // What a link may bring in a second; beyond it envelopes are dropped, before anything that is stored has to wait.
    private const int PerSecondMax = 2000;
    private const int SeenMax = 65_536;
    private const int RelaysMax = 64;
    private static readonly TimeSpan s_memory = TimeSpan.FromSeconds(60);

    private readonly Dictionary<Hash256, long> _seen = [];
    private readonly Queue<(Hash256 Key, long Until)> _order = new();
    private readonly Dictionary<NodeId, (long Second, int Count)> _rates = [];

    /// <summary>An envelope was published here.</summary>
    public void Published(Envelope envelope)
    {
        Remember(Key(envelope.ContentTopic, envelope.TimestampNs, envelope.Message.Span));
        var live = new Live { Topic = envelope.ContentTopic, TimestampNs = envelope.TimestampNs, Message = envelope.Message };
        var relayed = live.Clone();
        foreach (var member in context.Directory.Members)
            if (!context.Peers.ContainsKey(member) && relayed.RelayTo.Count < RelaysMax) relayed.RelayTo.Add(UnsafeByteOperations.UnsafeWrap(member.Hash.ToArray()));
        var relay = relayed.RelayTo.Count > 0 && context.Shuffled() is [var first, ..] ? first : null;
        foreach (var peer in context.Peers.Values) context.Actions.Send(peer.Node, new Frame { Live = peer == relay ? relayed : live });
    }

    /// <summary>An envelope came from another node.</summary>
    public void Received(PeerState sender, Live live)
    {
        if (!IsWithinRate(sender.Node) || !IsWellFormed(live) || !Remember(Key(live.Topic, live.TimestampNs, live.Message.Span)))
        {
            context.Metrics.LiveDropped.Add(1);
            return;
        }

        context.Metrics.Live.Add(1);
        context.Actions.DeliverLive(new Envelope { ContentTopic = live.Topic, TimestampNs = live.TimestampNs, Message = live.Message });
        if (live.RelayTo.Count == 0) return;
        // One hop more at most: what is handed on names nobody to hand it on to.
        var last = new Live { Topic = live.Topic, TimestampNs = live.TimestampNs, Message = live.Message };
        foreach (var node in live.RelayTo.Take(RelaysMax))
            if (node.Length == Hash256.Length && context.Peers.ContainsKey(new NodeId(new Hash256(node.Span))))
                context.Actions.Send(new NodeId(new Hash256(node.Span)), new Frame { Live = last });
    }

    public void PeerGone(NodeId node) => _rates.Remove(node);

    private static bool IsWellFormed(Live live) =>
        live.Message.Length <= Limits.MessageLengthMaxBytes && live.TimestampNs <= Limits.TimestampMaxNs
        && Encoding.UTF8.GetByteCount(live.Topic) <= Limits.TopicLengthMaxBytes && Topic.IsEphemeralTopic(live.Topic);

    private static Hash256 Key(string topic, ulong timeNs, ReadOnlySpan<byte> message)
    {
        Span<byte> hash = stackalloc byte[Hash256.Length];
        EnvelopeDigest.Compute(topic, message, hash);
        return IdempotencyKey.ForClassicEnvelope(Encoding.UTF8.GetBytes(topic), timeNs, new Hash256(hash));
    }

    private bool IsWithinRate(NodeId node)
    {
        var second = context.Time.GetUtcNow().ToUnixTimeSeconds();
        var rate = _rates.GetValueOrDefault(node);
        rate = rate.Second == second ? (second, rate.Count + 1) : (second, 1);
        _rates[node] = rate;
        return rate.Count <= PerSecondMax;
    }

    private bool Remember(Hash256 key)
    {
        while (_order.TryPeek(out var oldest) && (context.IsOver(oldest.Until) || _order.Count >= SeenMax)) _seen.Remove(_order.Dequeue().Key);
        var until = context.After(s_memory);
        if (!_seen.TryAdd(key, until)) return false;
        _order.Enqueue((key, until));
        return true;
    }
}
