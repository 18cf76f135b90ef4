using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Core.Membership;

/// <summary>Someone to dial, and how that went so far.</summary>
/// <param name="expected">Who must answer; null for a bootstrap address.</param>
internal sealed class DialTarget(NodeId? expected)
{
    /// <summary>Who must answer; null for a bootstrap address.</summary>
    public NodeId? Expected => expected;

    /// <summary>Where it was or will be dialled.</summary>
    public string Address { get; set; } = string.Empty;

    /// <summary>In a row.</summary>
    public int Failures { get; private set; }

    /// <summary>Not dialled before.</summary>
    public TimeSpan NextAt { get; private set; }

    public bool IsInFlight { get; set; }

    /// <summary>The connection that a dial led to, as long as it lasts.</summary>
    public PeerSession? Session { get; set; }

    /// <summary>A bootstrap address behind which a link was had: records lead on from there.</summary>
    public bool IsDone { get; set; }

    /// <summary>This node itself answered there.</summary>
    public bool IsSelf { get; set; }

    /// <summary>Waits longer with each failure, up to a limit, and at random, so that many do not come back at once.</summary>
    public void Fail(MeshContext mesh)
    {
        Failures++;
        var limit = MeshLimits.BackOffMin * Math.Pow(2, Math.Min(Failures - 1, 16));
        NextAt = mesh.Now + mesh.Jitter(limit < MeshLimits.BackOffMax ? limit : MeshLimits.BackOffMax);
    }

    /// <summary>Waits the longest time: who refuses does not change its mind in a second.</summary>
    public void Refuse(MeshContext mesh)
    {
        Failures++;
        NextAt = mesh.Now + MeshLimits.BackOffMax + mesh.Jitter(MeshLimits.BackOffMin);
    }

    /// <summary>Forgets what failed.</summary>
    public void Reset() => (Failures, NextAt) = (0, TimeSpan.Zero);
}
