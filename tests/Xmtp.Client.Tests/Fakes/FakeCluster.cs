using Google.Protobuf;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Tests.Fakes;

/// <summary>
/// Nodes that replicate each other's logs, step by step as a test says. Each keeps a log of what was published at it; a
/// position is how far a node has read each log. An envelope that stands in several logs is shown by the first copy that
/// reached the node. What nodes do comes one thing at a time.
/// </summary>
internal sealed class FakeCluster
{
    private readonly List<Envelope>[] _logs;

    public FakeCluster(int nodes)
    {
        _logs = [.. Enumerable.Range(0, nodes).Select(static _ => new List<Envelope>())];
        Nodes = [.. Enumerable.Range(0, nodes).Select(index => new FakeClusterNode(this, index))];
    }

    public Lock Gate { get; } = new();

    public FakeClusterNode[] Nodes { get; }

    public IReadOnlyList<IReadOnlyList<Envelope>> Logs => _logs;

    /// <summary>An envelope whose message names it.</summary>
    public static Envelope Envelope(string topic, ulong timestampNs, int number) =>
        new() { ContentTopic = topic, TimestampNs = timestampNs, Message = ByteString.CopyFromUtf8($"message {number}") };

    /// <summary>Publishes at a node, which reads it at once.</summary>
    public void Publish(int node, Envelope envelope)
    {
        lock (Gate)
        {
            _logs[node].Add(envelope);
            Nodes[node].Read(node, _logs[node].Count);
        }
    }

    /// <summary>Lets a node read further in another's log.</summary>
    /// <param name="node">The reader.</param>
    /// <param name="log">Whose log.</param>
    /// <param name="countMax">So many entries at most.</param>
    public void Replicate(int node, int log, int countMax = int.MaxValue)
    {
        lock (Gate) Nodes[node].Read(log, (int)Math.Min(_logs[log].Count, (long)Nodes[node].ReadTo[log] + countMax));
    }

    public void ReplicateAll()
    {
        for (var node = 0; node < Nodes.Length; node++)
        {
            for (var log = 0; log < Nodes.Length; log++) Replicate(node, log);
        }
    }
}
