using Google.Protobuf;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Simulation.Nodes;

namespace Xmtp.Simulation.Clients;

/// <summary>Clients that publish at random nodes: new envelopes, the same again at the same or another node, several at one time, and ephemeral ones.</summary>
internal sealed class Workload(World world, double perSecond)
{
    private const int TopicCount = 5;
    private const int SizeMax = 60_000;

    private readonly List<Publication> _publications = [];
    private int _ephemeral;

    /// <summary>The topics written to.</summary>
    public static IReadOnlyList<string> Topics { get; } = [.. Enumerable.Range(0, TopicCount).Select(static i => $"/xmtp/0/m-sim{i}/proto")];

    /// <summary>Publishes until then.</summary>
    public void Run(TimeSpan until)
    {
        if (world.Scheduler.Elapsed >= until) return;
        var count = world.Random.Next(30) == 0 ? world.Random.Next(10, 60) : 1;
        var node = world.Nodes[world.Random.Next(world.Nodes.Count)];
        for (var i = 0; i < count; i++) Publish(node);
        world.Scheduler.After(TimeSpan.FromSeconds(-Math.Log(1 - world.Random.NextDouble()) / perSecond), () => Run(until));
    }

    /// <summary>Publishes many small envelopes at one node at once.</summary>
    public void Burst(SimNode node, int count)
    {
        for (var i = 0; i < count; i++) Attempt(New(node, world.Bytes(8)), node, 0);
    }

    private void Publish(SimNode node)
    {
        var choice = world.Random.Next(100);
        if (choice < 5) PublishEphemeral(node);
        else if (choice < 25 && _publications.Count > 0) Attempt(_publications[^world.Random.Next(1, Math.Min(_publications.Count, 50) + 1)], node, Level());
        else Attempt(New(node, world.Bytes(Size())), node, Level());
    }

    private Publication New(SimNode node, byte[] message)
    {
        var now = (ulong)(node.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        // The sender's time is free: old, equal for several, or just now.
        var time = world.Random.Next(10) switch { 0 => now - (ulong)world.Random.NextInt64(86_400_000_000_000), 1 => now / 1_000_000_000 * 1_000_000_000, _ => now };
        var publication = new Publication(_publications.Count, Topics[world.Random.Next(TopicCount)], time, [.. BitConverter.GetBytes(_publications.Count), .. message]);
        _publications.Add(publication);
        world.Oracle.Add(publication);
        return publication;
    }

    private void Attempt(Publication publication, SimNode node, int peers)
    {
        if (node.Process is not { } process) return;
        var attempt = new Attempt(publication, node.Index, peers);
        publication.Attempts.Add(attempt);
        world.Scheduler.Trace.Add(world.Scheduler.Now, "publish", node.Index, value: publication.Number);
        process.Publish(attempt, default);
    }

    private void PublishEphemeral(SimNode node)
    {
        if (node.Process is not { } process) return;
        var envelope = new Envelope { ContentTopic = "/xmtp/0/mE-sim/proto", TimestampNs = (ulong)++_ephemeral, Message = ByteString.CopyFrom(world.Bytes(16)) };
        world.Oracle.AddEphemeral(World.KeyOf(envelope));
        process.PublishEphemeral(envelope);
    }

    private int Level() => world.Random.Next(10) switch { < 7 => 0, < 9 => 1, _ => 2 };

    private int Size() => world.Random.Next(20) switch { 0 => world.Random.Next(SizeMax), < 4 => world.Random.Next(2000), _ => world.Random.Next(80) };
}
