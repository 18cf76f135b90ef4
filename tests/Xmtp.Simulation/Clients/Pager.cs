using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.Errors;
using Xmtp.Simulation.Checks;
using Xmtp.Simulation.Nodes;

namespace Xmtp.Simulation.Clients;

/// <summary>A client that reads a topic page by page, each page at another node. What was on all disks before it began must be in what it reads, in order and once.</summary>
internal sealed class Pager(World world)
{
    /// <summary>Begins a pass every now and then, until then.</summary>
    public void Run(TimeSpan until)
    {
        if (world.Scheduler.Elapsed >= until) return;
        var topic = Workload.Topics[world.Random.Next(Workload.Topics.Count)];
        var lasting = world.Nodes.Where(static node => !node.IsDestroyed).Select(static node => node.Index).ToList();
        var owed = world.Oracle.Publications
            .Where(publication => publication.Envelope.ContentTopic == topic && lasting.TrueForAll(publication.Holders.Contains))
            .ToDictionary(static publication => publication.Key.Key);
        Read(new Pass(topic, owed, world.Random.Next(1, 12), world.Oracle.Restores), EnvelopeKey.Min);
        world.Scheduler.After(world.Between(500, 4000), () => Run(until));
    }

    private void Read(Pass pass, EnvelopeKey first)
    {
        var running = world.Nodes.Where(static node => node.Process is { IsRunning: true }).ToList();
        if (running.Count == 0) return;
        var node = running[world.Random.Next(running.Count)];
        if (Ask(node, new EnvelopeQuery([pass.Topic], first, EnvelopeKey.Max, Descending: false, pass.Limit)) is not { } page) return;
        var previous = first;
        for (var i = 0; i < page.Count; i++)
        {
            world.Verdict.Require(i == 0 ? page[i].Key >= first : page[i].Key > previous, Invariant.Delivery, $"a page of n{node.Index} is out of order");
            previous = page[i].Key;
            if (pass.Owed.Remove(page[i].Key, out var publication) && !publication.Envelope.Message.Span.SequenceEqual(page[i].Payload.Span) && !world.Oracle.HasDamage)
                world.Verdict.Fail(Invariant.Delivery, $"n{node.Index} shows {publication} with other bytes");
        }

        if (page.Count < pass.Limit || !previous.TryGetNext(out var next)) Finish(pass);
        else world.Scheduler.After(world.Between(20, 400), () => Read(pass, next));
    }

    private IReadOnlyList<StoredEnvelope>? Ask(SimNode node, EnvelopeQuery query)
    {
        try
        {
            return World.Now(node.Disk.Image.QueryAsync(query));
        }
        catch (XmtpException) when (world.Oracle.HasDamage)
        {
            // What is damaged and not yet put back cannot be read.
            return null;
        }
    }

    private void Finish(Pass pass)
    {
        // A disk that was put back meanwhile had them, and has them not yet again.
        if (pass.Restores != world.Oracle.Restores) return;
        foreach (var publication in pass.Owed.Values) world.Verdict.Fail(Invariant.Delivery, $"pages of {pass.Topic} left out {publication}, which every node had");
    }

    /// <summary>One reading of a topic.</summary>
    private sealed record Pass(string Topic, Dictionary<EnvelopeKey, Publication> Owed, int Limit, int Restores);
}
