using Google.Protobuf;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Simulation.Checks;
using Xmtp.Simulation.Network;
using Xmtp.Simulation.Scheduling;

namespace Xmtp.Simulation.Nodes;

/// <summary>What all parts of one simulation share.</summary>
internal sealed class World
{
    public World(int seed, int machines, Canary canary)
    {
        (Random, Canary) = (new Random(seed), canary);
        Scheduler = new Scheduler(Verdict);
        Network = new SimNetwork(Scheduler, new Random(Random.Next()), machines);
        Oracle = new Oracle(this);
    }

    public Verdict Verdict { get; } = new();

    public Scheduler Scheduler { get; }

    public SimNetwork Network { get; }

    /// <summary>The one source of chance; parts that draw often have one of their own, seeded by it.</summary>
    public Random Random { get; }

    public Oracle Oracle { get; }

    /// <summary>The planted bug.</summary>
    public Canary Canary { get; }

    /// <summary>Whether nodes look for damage.</summary>
    public bool Scrubs { get; init; }

    /// <summary>How much went wrong so far.</summary>
    public int Faults { get; set; }

    /// <summary>Correct nodes.</summary>
    public List<SimNode> Nodes { get; } = [];

    /// <summary>The result of what must be done at once.</summary>
    public static T Now<T>(ValueTask<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("It waits.");

    public static void Now(ValueTask task)
    {
        if (!task.IsCompleted) throw new InvalidOperationException("It waits.");
        task.GetAwaiter().GetResult();
    }

    public static EnvelopeIndexKey KeyOf(Envelope envelope)
    {
        var entry = new PendingEntry();
        entry.Set(envelope, 0);
        return entry.IndexKey;
    }

    public TimeSpan Between(double leastMilliseconds, double mostMilliseconds) =>
        TimeSpan.FromMilliseconds(leastMilliseconds + Random.NextDouble() * (mostMilliseconds - leastMilliseconds));

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Random.NextBytes(bytes);
        return bytes;
    }

    public ByteString ByteString(int count) => UnsafeByteOperations.UnsafeWrap(Bytes(count));
}
