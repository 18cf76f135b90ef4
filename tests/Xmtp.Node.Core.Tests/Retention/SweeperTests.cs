using Microsoft.Extensions.Time.Testing;
using Xmtp.Node.Core.Retention;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Retention;

public sealed class SweeperTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly FaultyStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sweep_AfterADay_RemovesWhatIsNotOfTheProtocol()
    {
        await using var service = await OpenAsync(new RetentionOptions());
        await service.PublishAsync([Envelope("/xmtp/0/m-x/proto", 1), Envelope("/xmtp/other", 2), Envelope("/xmtp", 3), Envelope("test-x", 4), Envelope("", 5)], cancellationToken: Token);

        _time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(2));
        Assert.Equal(5, _store.EstimateEnvelopeCount());
        await AdvanceUntilAsync(() => _store.EstimateEnvelopeCount() == 2);
        _time.Advance(TimeSpan.FromDays(100));
        await AdvanceUntilAsync(() => true);

        Assert.Single((await QueryAsync(service, "/xmtp/0/m-x/proto")).Envelopes);
        Assert.Single((await QueryAsync(service, "/xmtp/other")).Envelopes);
        Assert.Empty((await QueryAsync(service, "test-x")).Envelopes);
    }

    [Fact]
    public async Task Sweep_MoreThanABatch_RemovesAllInOneRound()
    {
        await using var service = await OpenAsync(new RetentionOptions { SweepBatchMax = 10 });
        await service.PublishAsync([.. Enumerable.Range(0, 105).Select(static i => Envelope("a", (ulong)i))], cancellationToken: Token);
        _time.Advance(TimeSpan.FromDays(1));
        await AdvanceUntilAsync(() => _store.EstimateEnvelopeCount() == 0);
    }

    [Fact]
    public async Task Sweep_RetentionOfTheOperator_AppliesToWhatIsPublishedFromThenOn()
    {
        await using (var service = await OpenAsync(new RetentionOptions { OtherTopics = null })) await service.PublishAsync([Envelope("a", 1)], cancellationToken: Token);
        await using var limited = await OpenAsync(new RetentionOptions { XmtpTopics = TimeSpan.FromHours(1) });
        await limited.PublishAsync([Envelope("/xmtp/0/m-x/proto", 1), Envelope("a", 2)], cancellationToken: Token);
        _time.Advance(TimeSpan.FromDays(2));
        await AdvanceUntilAsync(() => _store.EstimateEnvelopeCount() == 1);
        Assert.Equal(1UL, Assert.Single((await QueryAsync(limited, "a")).Envelopes).TimestampNs);
    }

    [Fact]
    public async Task Retention_ChangedWhileItRuns_CountsFromThenOn()
    {
        await using var service = await OpenAsync(new RetentionOptions());
        await service.PublishAsync([Envelope("/xmtp/0/m-x/proto", 1)], cancellationToken: Token);
        service.Retention = service.Retention with { XmtpTopics = TimeSpan.FromHours(1) };
        await service.PublishAsync([Envelope("/xmtp/0/m-x/proto", 2)], cancellationToken: Token);
        Assert.Equal(0, await service.RemoveExpiredAsync(Token));
        _time.Advance(TimeSpan.FromHours(1));
        // The round of the clock may have been first.
        Assert.InRange(await service.RemoveExpiredAsync(Token), 0, 1);
        await Eventually.EqualAsync(1L, () => Task.FromResult(_store.EstimateEnvelopeCount()));
        Assert.Equal(1UL, Assert.Single((await QueryAsync(service, "/xmtp/0/m-x/proto")).Envelopes).TimestampNs);
    }

    [Fact]
    public async Task Sweep_StoreFails_TriesAgainInTheNextRound()
    {
        await using var service = await OpenAsync(new RetentionOptions());
        await service.PublishAsync([Envelope("a", 1)], cancellationToken: Token);
        _store.FailReads = true;
        _time.Advance(TimeSpan.FromDays(2));
        await AdvanceUntilAsync(() => _store.FailedRemovals > 0);
        _store.FailReads = false;
        await AdvanceUntilAsync(() => _store.EstimateEnvelopeCount() == 0);
    }

    private Task<MessageService> OpenAsync(RetentionOptions retention) =>
        MessageService.OpenAsync(_store, TestKeys.Node(1), new MessageServiceOptions { Retention = retention }, _time, cancellationToken: Token);

    private static Task<QueryResponse> QueryAsync(MessageService service, string topic) =>
        service.QueryAsync(new QueryRequest { ContentTopics = { topic } }, Token);

    private Task AdvanceUntilAsync(Func<bool> condition) => Eventually.TrueAsync(() =>
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        return condition();
    });
}
