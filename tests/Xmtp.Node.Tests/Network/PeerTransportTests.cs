using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Network;
using Xmtp.Protocol.Network.V1;
using Xmtp.TestSupport;

namespace Xmtp.Node.Tests.Network;

/// <summary>Both sides of the wire between nodes.</summary>
public sealed class PeerTransportTests : IAsyncLifetime
{
    private readonly PortFixture _fixture = new();
    private readonly NodeKey _key = NodeKey.Generate();
    private GrpcPeerTransport _transport = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        _transport = new GrpcPeerTransport(_key, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync();
        await _fixture.DisposeAsync();
        _key.Dispose();
    }

    [Fact]
    public async Task DialAsync_ExpectedKey_CarriesFramesBothWays()
    {
        await using var connection = await _transport.DialAsync(_fixture.Address, _fixture.Key.Id, Token);
        await using var frames = connection.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        for (ulong i = 1; i <= 100; i++)
        {
            await connection.WriteAsync(Ping(i), Token);
            Assert.True(await frames.MoveNextAsync());
            Assert.Equal(i, frames.Current.Ping.Nonce);
        }

        Assert.True(connection.IsOutbound);
        Assert.Equal(_fixture.Key.Public, connection.RemoteKey);
        Assert.Equal(_fixture.Address, connection.RemoteAddress);
        Assert.True(_fixture.Network.Connections.TryPeek(out var accepted));
        Assert.False(accepted.IsOutbound);
        Assert.Equal(_key.Public, accepted.RemoteKey);
        Assert.StartsWith("127.0.0.1:", accepted.RemoteAddress, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DialAsync_NobodyInParticular_TellsWhoAnswered()
    {
        await using var connection = await _transport.DialAsync(_fixture.Address, null, Token);
        Assert.Equal(_fixture.Key.Id, connection.RemoteKey.Id);
    }

    [Fact]
    public async Task DialAsync_OtherKey_SaysWhoAnswered()
    {
        using var other = NodeKey.Generate();
        var failure = await Assert.ThrowsAsync<IOException>(() => _transport.DialAsync(_fixture.Address, other.Id, Token));
        Assert.Contains(_fixture.Key.Id.ToShortString(), failure.Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Network.Connections);
    }

    [Theory]
    [InlineData("127.0.0.1:1")]
    [InlineData("no host")]
    [InlineData("")]
    public async Task DialAsync_NobodyThere_IsAnIOException(string address) =>
        await Assert.ThrowsAsync<IOException>(() => _transport.DialAsync(address, null, Token));

    [Fact]
    public async Task DialAsync_Cancelled_GivesUp()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        using var cancel = new CancellationTokenSource();
        var dialling = _transport.DialAsync(silent.LocalEndpoint.ToString()!, null, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling);
    }

    [Fact]
    public async Task DisposeAsync_AfterAFrame_TheOtherSideGetsItAndAnEndInOrder()
    {
        for (ulong i = 0; i < 20; i++)
        {
            var connection = await _transport.DialAsync(_fixture.Address, null, Token);
            await connection.WriteAsync(new Frame { Bye = new Bye { Reason = "done" } }, Token);
            await connection.DisposeAsync();
        }

        await Eventually.TrueAsync(() => _fixture.Network.Ends.Count == 20);
        Assert.Equal(20, _fixture.Network.Frames.Count);
        Assert.All(_fixture.Network.Ends, Assert.Null);
    }

    [Fact]
    public async Task ReadAllAsync_CancelledThenDisposed_StillSaysGoodBye()
    {
        var connection = await _transport.DialAsync(_fixture.Address, null, Token);
        using var cancel = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in connection.ReadAllAsync(cancel.Token))
            {
            }
        }, Token);
        await connection.WriteAsync(new Frame { Bye = new Bye { Reason = "done" } }, Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await connection.DisposeAsync();

        await Eventually.TrueAsync(() => _fixture.Network.Ends.Count == 1);
        Assert.Single(_fixture.Network.Frames);
        Assert.Null(Assert.Single(_fixture.Network.Ends));
    }

    [Fact]
    public async Task WriteAsync_LargestFrame_ArrivesAndALargerOneEndsTheStream()
    {
        await using var connection = await _transport.DialAsync(_fixture.Address, null, Token);
        await using var frames = connection.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        var frame = new Frame { Entries = new Entries { Head = ByteString.CopyFrom(new byte[(2 << 20) - 20]) } };
        await connection.WriteAsync(frame, Token);
        Assert.True(await frames.MoveNextAsync());
        Assert.Equal(frame, frames.Current);

        await Assert.ThrowsAsync<IOException>(async () =>
        {
            await connection.WriteAsync(new Frame { Entries = new Entries { Head = ByteString.CopyFrom(new byte[2 << 20]) } }, Token);
            await frames.MoveNextAsync();
        });
    }

    [Fact]
    public async Task ReadRangeAsync_SomeFrames_ComeInOrderAndEnd()
    {
        var heads = new List<byte>();
        await foreach (var entries in _transport.ReadRangeAsync(_fixture.Address, _fixture.Key.Id, new ReadRangeRequest { From = 50 }, Token)) heads.Add(entries.Head[0]);

        Assert.Equal(Enumerable.Range(0, 50).Select(static i => (byte)i), heads);
        Assert.Equal(_key.Public, Assert.Single(_fixture.Network.Readers));
    }

    [Fact]
    public async Task ReadRangeAsync_OtherKey_IsAnIOException()
    {
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            await foreach (var _ in _transport.ReadRangeAsync(_fixture.Address, _key.Id, new ReadRangeRequest { From = 1 }, Token))
            {
            }
        });
        Assert.Empty(_fixture.Network.Readers);
    }

    [Fact]
    public async Task ServeAsync_NodeLeaves_EndsStreams()
    {
        await using var connection = await _transport.DialAsync(_fixture.Address, null, Token);
        await connection.WriteAsync(Ping(1), Token);
        await Eventually.TrueAsync(() => _fixture.Network.Frames.Count == 1);
        _fixture.Handle.BeginStop();

        // At its end, or reset: the one that leaves waits for nobody.
        var count = 0;
        var failure = await Record.ExceptionAsync(async () =>
        {
            await foreach (var _ in connection.ReadAllAsync(Token)) count++;
        });
        Assert.True(failure is null or IOException, $"{failure}");
        Assert.InRange(count, 0, 1);
    }

    private static Frame Ping(ulong nonce) => new() { Ping = new Ping { Nonce = nonce } };
}
