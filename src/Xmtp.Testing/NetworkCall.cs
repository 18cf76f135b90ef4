namespace Xmtp.Testing;

/// <summary>What a client asks of its node.</summary>
public enum NetworkCall
{
    /// <summary>To store and hand on envelopes: each message, invitation, contact and decision about consent.</summary>
    Publish,

    /// <summary>To read what is stored, on one topic or on many at once.</summary>
    Query,

    /// <summary>To open a subscription. One that is open is lost with <see cref="NetworkFaults.DropSubscriptions"/>.</summary>
    Subscribe,
}
