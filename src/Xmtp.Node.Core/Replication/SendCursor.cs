using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Replication;

/// <summary>Where a follower stands. There is no buffer behind it: what is next is read when the follower takes it.</summary>
/// <param name="log">The log.</param>
/// <param name="next">The number it gets next.</param>
internal sealed class SendCursor(HeldLog log, ulong next)
{
    public HeldLog Log { get; } = log;

    public ulong Next { get; set; } = next;
}
