using Xmtp.Node.Core.Log;

namespace Xmtp.Simulation.Checks;

/// <summary>What one log holds, as its originator first made it durable. Every disk is compared with it, byte by byte.</summary>
/// <param name="originator">Number of the originator's machine; null when it is no correct node.</param>
internal sealed class CanonicalLog(int? originator)
{
    public int? Originator { get; } = originator;

    public List<Entry> Entries { get; } = [];

    /// <summary>
    /// How many of them some disk has had ever since. Of those beyond, which went with the disks that had them, the originator may
    /// know nothing and write others; but not when one of them was on its way to a node that stores it.
    /// </summary>
    public int Settled { get; set; } = int.MaxValue;

    /// <summary>One entry.</summary>
    internal readonly record struct Entry(Hash256 Hash, byte[] Header, ReadOnlyMemory<byte>? Payload);
}
