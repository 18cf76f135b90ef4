using Xmtp.Client.Messages;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Diagnostics;

/// <summary>
/// Something received that was not taken. Anyone may write to most topics, so some of it is normal; much of it, or of one
/// reason, tells of an attack or of a client with a defect.
/// </summary>
/// <param name="Reason">Why.</param>
/// <param name="Topic">Where it stood.</param>
/// <param name="TimestampNs">The envelope's time, nanoseconds since 1970; its sender chose it.</param>
public sealed record DroppedEnvelope(DropReason Reason, Topic Topic, ulong TimestampNs)
{
    /// <summary><see cref="TimestampNs"/> as a time, cut to 100 ns.</summary>
    public DateTimeOffset Time => UnixTime.FromNanoseconds(TimestampNs);
}
