namespace Xmtp.Node.Core.Log;

/// <summary>Where an entry stands.</summary>
/// <param name="Log">The log that holds it.</param>
/// <param name="Sequence">Its number there: 1, 2, 3, … without a gap. 0 means no place at all.</param>
public readonly record struct EntryPlace(LogId Log, ulong Sequence)
{
    /// <summary>Whether this is the place of no entry.</summary>
    public bool IsNone => Sequence == 0;
}
