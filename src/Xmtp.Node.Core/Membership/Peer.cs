using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>Another node that has a live record here.</summary>
internal sealed class Peer(KnownRecord record, TimeSpan now)
{
    // A correct node signs twice a day, and once more with each restart.
    private readonly TokenBucket _changes = new(burst: 20, perSecond: 0.1);
    private readonly TokenBucket _visits = new(burst: 20, perSecond: 0.5);
    private TimeSpan _absentSince = now;
    private TimeSpan? _memberSince;

    public NodeId Id { get; } = record.Id;

    /// <summary>The newest one.</summary>
    public KnownRecord Record { get; set; } = record;

    /// <summary>The connection over which it is sent to and heard from; null when there is none.</summary>
    public PeerSession? Link { get; private set; }

    /// <summary>Whether it fell silent and has not come back.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>Last frame before the link ended.</summary>
    public long LastSeenNs { get; set; }

    /// <summary>How it is dialled.</summary>
    public DialTarget Dial { get; } = new(record.Id);

    /// <summary>Takes a link.</summary>
    public void SetLink(PeerSession session, TimeSpan now)
    {
        if (_memberSince is null || now - _absentSince > MeshLimits.AbsenceMax) _memberSince = now;
        (Link, IsSuspect) = (session, false);
    }

    /// <summary>Has none any more.</summary>
    public void ClearLink(TimeSpan now) => (Link, _absentSince) = (null, now);

    /// <summary>Whether it has been there for long enough to be trusted with more.</summary>
    public bool IsKnown(TimeSpan now) =>
        _memberSince is { } since && now - since >= MeshLimits.KnownAge && (Link is not null || now - _absentSince <= MeshLimits.AbsenceMax);

    /// <summary>How old it is, for a restart; null when it never was linked, or not for so long that its age begins anew.</summary>
    public PeerAge? ToAge(TimeSpan now)
    {
        var absent = Link is null ? now - _absentSince : TimeSpan.Zero;
        if (_memberSince is not { } since || absent > MeshLimits.AbsenceMax) return null;
        return new PeerAge { Node = ByteString.CopyFrom(Id.Hash.ToArray()), MemberNs = ToNanoseconds(now - since), AbsentNs = ToNanoseconds(absent) };
    }

    /// <summary>Lets it be as old as before this node's restart. The time in between counts neither as its age nor as its absence.</summary>
    public void Restore(PeerAge age, TimeSpan now)
    {
        if (_memberSince is not null || age.AbsentNs > ToNanoseconds(MeshLimits.AbsenceMax)) return;
        // More than makes it known is of no use, and a damaged number shall do no harm.
        _memberSince = now - FromNanoseconds(Math.Min(age.MemberNs, ToNanoseconds(MeshLimits.KnownAge)));
        _absentSince = now - FromNanoseconds(age.AbsentNs);
    }

    /// <summary>Whether it may change its record once more now; whoever signs all the time makes the whole network talk.</summary>
    public bool MayChange(TimeSpan now) => _changes.TrySpend(now);

    /// <summary>Whether it may connect once more now.</summary>
    public bool MayVisit(TimeSpan now) => _visits.TrySpend(now);

    /// <summary>As it is told to others.</summary>
    public PeerStatus ToStatus(MeshContext mesh) => new()
    {
        Record = Record.Signed,
        Link = Link is not null ? LinkState.Connected : IsSuspect ? LinkState.Suspect : LinkState.Disconnected,
        LastSeenNs = Link is { } link ? mesh.UtcNs - (long)(mesh.Now - link.LastHeard).TotalNanoseconds : LastSeenNs,
    };

    private static ulong ToNanoseconds(TimeSpan time) => (ulong)time.Ticks * TimeSpan.NanosecondsPerTick;

    private static TimeSpan FromNanoseconds(ulong time) => TimeSpan.FromTicks((long)(time / TimeSpan.NanosecondsPerTick));
}
