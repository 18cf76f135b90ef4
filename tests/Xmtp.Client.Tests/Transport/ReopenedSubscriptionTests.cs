using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Tests.Transport;

public sealed class ReopenedSubscriptionTests
{
    private readonly List<Call> _calls = [];
    private string? _position = "p0";
    private bool _ignores;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReplaceTopicsAsync_PositionInHand_IsWhereTheNewCallGoesOn()
    {
        await using var subscription = await OpenAsync();
        await subscription.ReplaceTopicsAsync(["a", "b"], "p1", Token);
        Assert.Equal([null, "p1"], _calls.Select(static call => call.From));
        Assert.Equal("p0", subscription.Position);
    }

    [Fact]
    public async Task ReplaceTopicsAsync_MarksOfTheOldCall_CountNoMore()
    {
        await using var subscription = await OpenAsync();
        _calls[0].Send("xmtp-position", "old 1");
        await using var envelopes = subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        Assert.Equal("old 1", await NextAsync(envelopes));
        await subscription.ReplaceTopicsAsync(["a", "b"], "p1", Token);
        _calls[0].Send("xmtp-position", "old 2");
        _calls[0].Send("a", "under way");
        Assert.Equal("under way", await NextAsync(envelopes));
        _calls[1].Send("xmtp-position", "new 1");
        Assert.Equal("new 1", await NextAsync(envelopes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReplaceTopicsAsync_NodeDoesNotGoOn_EndsTheSubscription(bool ignores)
    {
        await using var subscription = await OpenAsync();
        (_ignores, _position) = (ignores, ignores ? "p2" : null);
        var failure = await Assert.ThrowsAsync<NodeException>(() => subscription.ReplaceTopicsAsync(["a", "b"], "p1", Token));
        Assert.True(failure.IsRetryable);
        failure = await Assert.ThrowsAsync<NodeException>(() => subscription.ReadAllAsync(Token).ToListAsync(Token).AsTask());
        Assert.Equal(ErrorCatalogue.Unavailable, failure.Code);
    }

    [Fact]
    public async Task ReplaceTopicsAsync_NodeWithoutPositions_OverlapsAsEver()
    {
        _position = null;
        await using var subscription = await OpenAsync();
        await subscription.ReplaceTopicsAsync(["a", "b"], null, Token);
        _calls[0].Send("a", "1");
        await using var envelopes = subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        Assert.Equal("1", await NextAsync(envelopes));
        _calls[1].Send("b", "2");
        Assert.Equal("2", await NextAsync(envelopes));
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<Envelope> envelopes)
    {
        Assert.True(await envelopes.MoveNextAsync());
        return envelopes.Current.Message.ToStringUtf8();
    }

    private Task<IEnvelopeSubscription> OpenAsync() => ReopenedSubscription.OpenAsync(
        (_, from, _) =>
        {
            var call = new Call(from, _position, _ignores);
            _calls.Add(call);
            return call.ToCall();
        },
        ["a"], null, TestAccount.Clock(), Token);

    private sealed class Call(string? from, string? position, bool ignores) : IAsyncStreamReader<Envelope>
    {
        private readonly Channel<Envelope> _sent = Channel.CreateUnbounded<Envelope>();

        public string? From => from;

        public Envelope Current { get; private set; } = new();

        public void Send(string topic, string message) =>
            _sent.Writer.TryWrite(new Envelope { ContentTopic = topic, Message = ByteString.CopyFromUtf8(message) });

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            Current = await _sent.Reader.ReadAsync(cancellationToken);
            return true;
        }

        public AsyncServerStreamingCall<Envelope> ToCall()
        {
            var headers = new Metadata();
            if (position is not null) headers.Add("xmtp-position", position);
            if (ignores) headers.Add("xmtp-position-ignored", "true");
            return new AsyncServerStreamingCall<Envelope>(this, Task.FromResult(headers), static () => Status.DefaultSuccess, static () => [], static () => { });
        }
    }
}
