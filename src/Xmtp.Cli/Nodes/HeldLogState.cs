using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;

namespace Xmtp.Cli.Nodes;

/// <summary>A log as one node says that it holds it.</summary>
/// <param name="Name">The log.</param>
/// <param name="Key">Its originator's key.</param>
/// <param name="Watermark">The last number up to which the node has all.</param>
/// <param name="Hash">Hash of the header at that number.</param>
/// <param name="Head">The head that proves it; null when it has none that can be read.</param>
/// <param name="IsFrozen">Whether the node takes no more of it.</param>
/// <param name="Problem">Why what it says is not proved; null when it is.</param>
internal sealed record HeldLogState(LogName Name, NodePublicKey Key, ulong Watermark, Hash256 Hash, SignedHead? Head, bool IsFrozen, string? Problem)
{
    /// <summary>What stands for the log between nodes.</summary>
    public Hash256 Log { get; } = Name.ToHash();
}
