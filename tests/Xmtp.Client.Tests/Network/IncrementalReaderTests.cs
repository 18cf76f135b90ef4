using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Network;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Network;

public sealed class IncrementalReaderTests
{
    private static readonly Topic Invites = Topic.Invite("me");
    private readonly FakeTimeProvider _clock = TestAccount.Clock();
    private readonly FakeNetwork _network = new();
    private readonly FakeTransport _transport;
    private readonly IncrementalReader _reader;

    public IncrementalReaderTests()
    {
        _transport = new FakeTransport(_network);
        var connection = new NodeConnection(_transport, new Retries(RetryPolicy.None, _clock, new SeededRandom(1), NullLogger.Instance));
        _reader = new IncrementalReader(connection, new SenderClock(_clock), Invites, overlapNs: 10_000_000_000);
    }

    [Fact]
    public async Task ReadNewAsync_SecondTime_AsksFromTheFirstStartLessTheOverlap()
    {
        Put("one", 0);
        Assert.Equal(["one"], await ReadAsync());
        var firstStart = UnixTime.ToNanoseconds(_clock.GetUtcNow());
        _clock.Advance(TimeSpan.FromHours(1));
        Put("two", 0);
        Assert.Equal(["two"], await ReadAsync());
        Assert.Equal(firstStart - 10_000_000_000, _transport.Queries.Last().StartTimeNs);
    }

    [Fact]
    public async Task ReadNewAsync_SenderWithASlowClock_IsFoundInTheOverlap()
    {
        Put("one", 0);
        Assert.Equal(["one"], await ReadAsync());
        Put("late", -9);
        Assert.Equal(["late"], await ReadAsync());
        Assert.Empty(await ReadAsync());
    }

    [Fact]
    public async Task ReadNewAsync_FromTheBeginning_FindsWhatWasStampedFarInThePast()
    {
        Put("one", 0);
        await ReadAsync();
        Put("ancient", -1000);
        Assert.Empty(await ReadAsync());
        Assert.Equal(["ancient", "one"], await ReadAsync(fromBeginning: true));
    }

    [Fact]
    public async Task ReadNewAsync_FailureOnTheWay_StartsThereAgain()
    {
        for (var i = 0; i < 150; i++) Put($"{i:000}", i);
        _transport.OnAnswer = static (request, answer) => request.PagingInfo.Cursor is null ? answer : throw new NodeException(ErrorCatalogue.Unavailable, "gone");
        await Assert.ThrowsAsync<NodeException>(() => ReadAsync());
        _transport.OnAnswer = null;
        Assert.False(_reader.WasRead);
        Assert.Equal(150, (await ReadAsync()).Length);
        Assert.True(_reader.WasRead);
    }

    private void Put(string text, int secondsFromNow) =>
        _network.Publish(Invites, UnixTime.ToNanoseconds(_clock.GetUtcNow().AddSeconds(secondsFromNow)), ByteString.CopyFromUtf8(text).Span);

    private async Task<string[]> ReadAsync(bool fromBeginning = false)
    {
        var texts = new List<string>();
        await foreach (var page in _reader.ReadNewAsync(fromBeginning, TestContext.Current.CancellationToken))
            texts.AddRange(page.Select(static (Envelope envelope) => envelope.Message.ToStringUtf8()));
        return [.. texts];
    }
}
