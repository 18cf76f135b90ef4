using Xmtp.Client.Transport;

namespace Xmtp.Client.Streams;

/// <summary>One of the subscriptions that a feed has over time.</summary>
/// <param name="subscription">The subscription.</param>
/// <param name="number">Counted from 0.</param>
internal sealed class FeedLink(IEnvelopeSubscription subscription, int number) : IAsyncDisposable
{
    public IEnvelopeSubscription Subscription => subscription;

    public int Number => number;

    public ValueTask DisposeAsync() => subscription.DisposeAsync();
}
