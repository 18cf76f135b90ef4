namespace Xmtp.Node.Core.Tests;

internal static class SubscriptionReading
{
    /// <summary>The next envelopes of a subscription, as many as asked for.</summary>
    public static async Task<List<Protocol.MessageApi.V1.Envelope>> TakeAsync(this IAsyncEnumerator<Protocol.MessageApi.V1.Envelope> stream, int count)
    {
        var envelopes = new List<Protocol.MessageApi.V1.Envelope>();
        while (envelopes.Count < count && await stream.MoveNextAsync()) envelopes.Add(stream.Current);
        return envelopes;
    }
}
