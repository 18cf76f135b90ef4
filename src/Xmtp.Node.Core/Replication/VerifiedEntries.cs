using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Replication;

/// <summary>
/// A run of another node's log whose bytes hold together: dense, chained, and covered by a head that the originator signed. Only
/// whether it continues what this node holds is left to check. Made by <see cref="EntriesVerifier"/> alone.
/// </summary>
/// <param name="Log">The log.</param>
/// <param name="Entries">At least one.</param>
/// <param name="Head">The head at the last of them.</param>
/// <param name="Bytes">Bytes of headers and payloads.</param>
internal sealed record VerifiedEntries(LogName Log, IReadOnlyList<VerifiedEntry> Entries, SignedHead Head, int Bytes)
{
    public VerifiedEntry First => Entries[0];

    /// <summary>The part from a number on; the head still covers it.</summary>
    public VerifiedEntries From(ulong sequence) => this with { Entries = [.. Entries.Skip((int)(sequence - First.Header.Sequence))] };

    /// <summary>Whether this is what comes right after the end of a log.</summary>
    public bool Continues(LogEnd end) =>
        First.Header.Sequence == end.Sequence + 1
        && (end.Sequence == 0 || First.Header.PreviousHash == end.Hash)
        && First.Header.OriginatorTimeNs >= end.OriginatorTimeNs;
}
