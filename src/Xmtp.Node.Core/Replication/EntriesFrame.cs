using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Replication;

/// <summary>Entries ready to be sent, to any number of nodes.</summary>
/// <param name="Entries">The frame; shared, so nobody changes it.</param>
/// <param name="Last">Number of its last entry.</param>
/// <param name="Bytes">Bytes of headers and payloads: what it costs of a window.</param>
internal sealed record EntriesFrame(Entries Entries, ulong Last, int Bytes)
{
    /// <summary>What a received frame costs of a window.</summary>
    public static int BytesOf(Entries entries)
    {
        var bytes = 0;
        foreach (var entry in entries.Entries_) bytes += entry.Header.Length + entry.Payload.Length;
        return bytes;
    }
}
