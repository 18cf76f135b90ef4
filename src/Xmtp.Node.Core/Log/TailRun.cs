namespace Xmtp.Node.Core.Log;

/// <summary>Entries of one log that arrived one after the other.</summary>
/// <param name="Arrival">Arrival number of the first.</param>
/// <param name="First">Place of the first.</param>
/// <param name="Count">How many.</param>
internal readonly record struct TailRun(ulong Arrival, EntryPlace First, ulong Count)
{
    /// <summary>Arrival number of the last.</summary>
    public ulong LastArrival => Arrival + Count - 1;

    /// <summary>The place of one of them.</summary>
    public EntryPlace PlaceOf(ulong arrival) => First with { Sequence = First.Sequence + (arrival - Arrival) };
}
