using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Network;
using Xmtp.Node.Core.Replication;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Simulation.Nodes;

/// <summary>Asks the other nodes that can be reached now, one after the other.</summary>
internal sealed class SimScrubSource(World world, SimNode node, EntriesGate gate) : IScrubSource
{
    public ValueTask<VerifiedEntries?> FetchAsync(HeldLog log, ulong sequence, CancellationToken cancellationToken)
    {
        var request = new ReadRangeRequest { Log = Google.Protobuf.ByteString.CopyFrom(log.Hash.ToArray()), From = sequence };
        foreach (var other in world.Nodes)
        {
            if (other == node || other.Process is not { IsRunning: true } process) continue;
            if (world.Network.IsBlocked(node.Index, other.Index) || world.Network.IsBlocked(other.Index, node.Index)) continue;
            if (process.ReadRange(node.Key.Public, request).FirstOrDefault() is not { } bytes) continue;
            var entries = gate.Check(Entries.Parser.ParseFrom(bytes));
            world.Scheduler.Trace.Add(world.Scheduler.Now, $"asked for entry: {entries.Problem?.Message ?? "has it"}", node.Index, other.Index, (long)sequence);
            if (entries.Entries is { } run && run.First.Header.Sequence == sequence) return new ValueTask<VerifiedEntries?>(run);
        }

        return new ValueTask<VerifiedEntries?>((VerifiedEntries?)null);
    }
}
