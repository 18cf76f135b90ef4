using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Tests.Transport;

public sealed class FailoverTransportTests
{
    private readonly FakeTransport _first = new(new FakeNetwork());
    private readonly FakeTransport _second = new(new FakeNetwork());

    [Fact]
    public async Task QueryAsync_NodeDown_MovesTheNextCallToTheOtherNode()
    {
        await using var both = new FailoverTransport([_first, _second]);
        _first.OnCall = static (_, _) => throw new NodeException(ErrorCatalogue.Unavailable, "down");
        await Assert.ThrowsAsync<NodeException>(() => both.QueryAsync(Query()));
        await both.QueryAsync(Query());
        await both.QueryAsync(Query());
        Assert.Single(_first.Calls);
        Assert.Equal(2, _second.Calls.Count);
    }

    [Fact]
    public async Task QueryAsync_LastNodeDown_GoesBackToTheFirst()
    {
        await using var both = new FailoverTransport([_first, _second]);
        _first.FailNext("Query", new NodeException(ErrorCatalogue.Unavailable, "down"));
        _second.FailNext("Query", new NodeException(ErrorCatalogue.Unavailable, "down"));
        await Assert.ThrowsAsync<NodeException>(() => both.QueryAsync(Query()));
        await Assert.ThrowsAsync<NodeException>(() => both.QueryAsync(Query()));
        await both.QueryAsync(Query());
        Assert.Equal(2, _first.Calls.Count);
    }

    [Fact]
    public async Task QueryAsync_RequestRefused_StaysWithTheNode()
    {
        await using var both = new FailoverTransport([_first, _second]);
        _first.FailNext("Query", new NodeException(ErrorCatalogue.PageTooLarge, "too many rows"));
        await Assert.ThrowsAsync<NodeException>(() => both.QueryAsync(Query()));
        await both.QueryAsync(Query());
        Assert.Empty(_second.Calls);
    }

    [Fact]
    public async Task DisposeAsync_Always_DisposesAllNodes()
    {
        await new FailoverTransport([_first, _second]).DisposeAsync();
        Assert.True(_first.IsDisposed && _second.IsDisposed);
    }

    private static QueryRequest Query() => new() { ContentTopics = { "t" }, PagingInfo = new PagingInfo() };
}
