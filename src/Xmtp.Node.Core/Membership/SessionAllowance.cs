using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>
/// What one connection may cost this node. A correct node stays far below: its bursts are a full table at the start and questions
/// about half a network that fell silent.
/// </summary>
internal sealed class SessionAllowance
{
    private readonly TokenBucket _pings = new(burst: 50, perSecond: 5);
    private readonly TokenBucket _probes = new(burst: 2 * MeshLimits.RecordsMax, perSecond: 50);
    private readonly TokenBucket _digests = new(burst: 20, perSecond: 1);
    private readonly TokenBucket _records = new(burst: 4 * MeshLimits.RecordsMax, perSecond: 1000);
    private readonly TokenBucket _checks = new(burst: MeshLimits.RecordsMax + MeshLimits.LeftMax, perSecond: 100);

    /// <summary>Whether one more frame of the mesh's own is within it.</summary>
    public bool TrySpend(Frame frame, TimeSpan now) => frame.FrameCase switch
    {
        Frame.FrameOneofCase.Ping or Frame.FrameOneofCase.Pong => _pings.TrySpend(now),
        Frame.FrameOneofCase.Probe or Frame.FrameOneofCase.ProbeResult => _probes.TrySpend(now),
        Frame.FrameOneofCase.RecordsDigest => _digests.TrySpend(now),
        Frame.FrameOneofCase.Records => frame.Records.Records_.Count <= MeshLimits.RecordsPerFrameMax && _records.TrySpend(now, 1 + frame.Records.Records_.Count),
        _ => true,
    };

    /// <summary>Whether one more signature may be checked.</summary>
    public bool TrySpendCheck(TimeSpan now) => _checks.TrySpend(now);
}
