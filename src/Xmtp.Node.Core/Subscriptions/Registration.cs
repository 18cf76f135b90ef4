namespace Xmtp.Node.Core.Subscriptions;

/// <summary>One subscription's interest in one topic, or in all.</summary>
internal sealed class Registration(Subscription subscription)
{
    private ulong _since = ulong.MaxValue;

    public Subscription Subscription { get; } = subscription;

    /// <summary>Place in the reader set that holds this; guarded by the set's lock.</summary>
    public int Index { get; set; } = -1;

    /// <summary>
    /// Entries up to here are history to this reader. It is set after the registration is in place: entries committed in
    /// between are history too, since the caller can only query after it returns.
    /// </summary>
    public ulong Since
    {
        get => Volatile.Read(ref _since);
        set => Volatile.Write(ref _since, value);
    }
}
