namespace Xmtp.TestCluster.Faults;

/// <summary>What one direction between two nodes is like.</summary>
/// <param name="IsCut">Nothing arrives, and nobody is told.</param>
/// <param name="BytesPerSecond">Bandwidth; 0 for all there is.</param>
/// <param name="Latency">Added to the way of each byte.</param>
/// <param name="Loss">
/// Share of packets that are lost. What TCP makes of a lost packet is a wait for it to be sent again, so that is what happens.
/// </param>
public sealed record LinkShape(bool IsCut = false, int BytesPerSecond = 0, TimeSpan Latency = default, double Loss = 0)
{
    /// <summary>As it should be.</summary>
    public static LinkShape Good { get; } = new();

    /// <summary>Dead.</summary>
    public static LinkShape Cut { get; } = new(IsCut: true);
}
