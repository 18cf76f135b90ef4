using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>Entries of one log that a reader has not seen.</summary>
/// <param name="Log">The log.</param>
/// <param name="After">The last that it has seen.</param>
/// <param name="End">The last that it is owed from the store.</param>
internal readonly record struct ReplayRange(HeldLog Log, ulong After, ulong End)
{
    /// <summary>How many they are.</summary>
    public ulong Count => End - After;

    /// <summary>Whether an entry of this log is one of them.</summary>
    public bool Contains(ulong sequence) => sequence > After && sequence <= End;
}
