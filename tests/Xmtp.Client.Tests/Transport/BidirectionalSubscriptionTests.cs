using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Tests.Transport;

/// <summary>A stream that ends for want of a kind of failure would not come back: what breaks is always a <see cref="NodeException"/>.</summary>
public sealed class BidirectionalSubscriptionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SubscribeAsync_ConnectionThatBreaksWhileItIsWrittenTo_IsUnavailable()
    {
        using var node = new ScriptedGrpcHandler { BreaksWhileWriting = true };
        await using var transport = new GrpcTransport(new Uri("http://node.example"), new GrpcTransportOptions { HttpHandler = node });

        var failure = await Assert.ThrowsAsync<NodeException>(() => transport.SubscribeAsync(["topic"], cancellationToken: Token));

        Assert.Equal((ErrorCatalogue.Unavailable, true), (failure.Code, failure.IsRetryable));
    }
}
