using System.Security.Cryptography;
using System.Text;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Simulation.Disk;
using Xmtp.Simulation.Nodes;

namespace Xmtp.Simulation.Checks;

/// <summary>What readers see of a disk.</summary>
internal static class Visible
{
    /// <summary>The envelopes that the disk's index shows.</summary>
    public static HashSet<EnvelopeIndexKey> Keys(SimDisk disk) =>
        [.. Entries(disk).Where(entry => PlaceOf(disk, entry.Key) == entry.Place).Select(static entry => entry.Key)];

    /// <summary>All envelopes in the logs of a disk, copies included.</summary>
    public static IEnumerable<(EnvelopeIndexKey Key, EntryPlace Place, EntryHeader Header, ReadOnlyMemory<byte> Payload)> Entries(SimDisk disk)
    {
        foreach (var log in disk.Logs)
        {
            foreach (var entry in disk.Read(log.Id, 1, int.MaxValue))
            {
                if (!EntryHeaderFormat.TryRead(entry.HeaderBytes.Span, out var header, out _) || entry.Payload is not { } payload) continue;
                yield return (KeyOf(header), entry.Place, header, payload);
            }
        }
    }

    /// <summary>The same, with headers as they were written: what flipped on the disk since is put back later, and shown to nobody as new.</summary>
    public static HashSet<EnvelopeIndexKey> KeysAsWritten(Oracle oracle, SimDisk disk)
    {
        var keys = Keys(disk);
        if (!oracle.HasDamage) return keys;
        foreach (var log in disk.Logs)
        {
            foreach (var (entry, i) in oracle.Canonical(log.Name).Entries.Take((int)log.End.Sequence).Select(static (entry, i) => (entry, i)))
                if (EntryHeaderFormat.TryRead(entry.Header, out var header, out _) && PlaceOf(disk, KeyOf(header)) == new EntryPlace(log.Id, (ulong)i + 1)) keys.Add(KeyOf(header));
        }

        return keys;
    }

    public static EntryPlace PlaceOf(SimDisk disk, EnvelopeIndexKey key)
    {
        var places = new EntryPlace[1];
        World.Now(disk.Image.FindAsync(new[] { key }, places));
        return places[0];
    }

    private static EnvelopeIndexKey KeyOf(EntryHeader header) =>
        new(new Hash256(SHA256.HashData(Encoding.UTF8.GetBytes(header.Topic))), new EnvelopeKey(header.SenderTimeNs, header.Digest));
}
