namespace Xmtp.Simulation.Network;

/// <summary>The way from one machine to another; the way back is another link.</summary>
internal sealed class SimLink
{
    /// <summary>Whether nothing comes through.</summary>
    public bool IsBlocked { get; set; }

    public TimeSpan Latency { get; set; }

    /// <summary>What the link carries in a second; 0 = without bound.</summary>
    public long BytesPerSecond { get; set; }

    /// <summary>How likely a frame comes much later than others: lost and sent again.</summary>
    public double LossRate { get; set; }

    /// <summary>When a link with a bound has carried what it was given.</summary>
    public long BusyUntil { get; set; }
}
