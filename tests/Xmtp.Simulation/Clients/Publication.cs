using Google.Protobuf;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Simulation.Clients;

/// <summary>One envelope that clients publish, once or several times, and what became of it.</summary>
internal sealed class Publication
{
    public Publication(int number, string topic, ulong timestampNs, byte[] message)
    {
        (Number, Envelope) = (number, new Envelope { ContentTopic = topic, TimestampNs = timestampNs, Message = ByteString.CopyFrom(message) });
        var entry = new PendingEntry();
        entry.Set(Envelope, 0);
        (Key, IdempotencyKey) = (entry.IndexKey, entry.IdempotencyKey);
    }

    public int Number { get; }

    public Envelope Envelope { get; }

    public EnvelopeIndexKey Key { get; }

    public Hash256 IdempotencyKey { get; }

    public List<Attempt> Attempts { get; } = [];

    /// <summary>Machines whose disks hold it now.</summary>
    public HashSet<int> Holders { get; } = [];

    /// <summary>Machines whose disks held it, and were destroyed or put back to an older state by the scenario.</summary>
    public HashSet<int> LostHolders { get; } = [];

    public override string ToString() => $"publication {Number} ({Envelope.ContentTopic} at {Envelope.TimestampNs})";
}
