namespace Xmtp.Node.Core.Membership;

/// <summary>What one originator may have at one receiver. Beyond it its log is delayed, never holed.</summary>
/// <param name="EntriesPerSecond">Entries a second.</param>
/// <param name="BytesPerSecond">Bytes of entries a second.</param>
internal sealed record NodeQuota(double EntriesPerSecond, double BytesPerSecond)
{
    /// <summary>Of a node that came not long ago.</summary>
    public static NodeQuota New { get; } = new(5, 20_000);

    /// <summary>Of one that has been there for a day.</summary>
    public static NodeQuota Known { get; } = new(200, 1_000_000);

    /// <summary>None.</summary>
    public static NodeQuota Unlimited { get; } = new(double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>Whether it limits nothing.</summary>
    public bool IsUnlimited => ReferenceEquals(this, Unlimited);

    /// <summary>The quota of a tier.</summary>
    public static NodeQuota Of(PeerTier tier) => tier switch
    {
        PeerTier.Trusted => Unlimited,
        PeerTier.Known => Known,
        _ => New,
    };
}
