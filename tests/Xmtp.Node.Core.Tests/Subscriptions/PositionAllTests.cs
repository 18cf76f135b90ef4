using Microsoft.Extensions.Time.Testing;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Subscriptions;

/// <summary>Readers of everything that go on from where they were, as push servers do.</summary>
public sealed class PositionAllTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<PositionNode> _nodes = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task SubscribeAll_NewPosition_StandsAtTheEndAndReplaysNothing()
    {
        var node = await StartAsync();
        await node.PublishAsync(Envelope("/xmtp/0/a/proto", 1));
        await using var all = node.Service.SubscribeAll(from: null);
        Assert.Equal(node.Service.CurrentPosition, all.Position);

        await node.PublishAsync(Envelope("/xmtp/0/a/proto", 2));
        Assert.Equal(2UL, Assert.Single(await TakeAsync(all, 1)).TimestampNs);
    }

    [Fact]
    public async Task SubscribeAll_OlderPosition_GetsAllAboveItOfTheProtocolThenAMarkThenWhatIsLive()
    {
        var (one, two) = (await StartAsync(), await StartAsync());
        await one.PublishAsync(Envelope("/xmtp/0/a/proto", 1));
        await two.PullAllAsync(one);
        var seen = two.Service.CurrentPosition;
        for (ulong time = 2; time < 5_002; time += 100) await one.PublishAsync([.. Enumerable.Range((int)time, 100).Select(static n => Envelope($"/xmtp/0/t{n % 7}/proto", (ulong)n))]);
        await one.PublishAsync(Envelope("elsewhere", 9_000));
        await two.PublishAsync(Envelope("/xmtp/mls/1/g-1/proto", 9_001));
        await two.PullAllAsync(one);

        await using var all = two.Service.SubscribeAll(seen);
        await two.PublishAsync(Envelope("elsewhere", 9_002), Envelope("/xmtp/0/a/proto", 9_003));
        var envelopes = await TakeAsync(all, 5_003);
        Assert.Equal([.. Enumerable.Range(2, 5_000).Select(static n => (ulong)n), 9_001], envelopes[..5_001].Select(static envelope => envelope.TimestampNs));
        Assert.Equal(all.Position, Mark(envelopes[5_001]));
        Assert.Equal(9_003UL, envelopes[5_002].TimestampNs);
    }

    [Fact]
    public async Task SubscribeAll_OverflowDuringReplay_TellsHowFarItCameSoThatTheNextTryGoesOn()
    {
        var node = await StartAsync(new MessageServiceOptions { SubscribeAllBufferMax = 4 });
        for (var i = 0; i < 20; i++) await node.PublishAsync([.. Enumerable.Range(i * 100, 100).Select(static n => Envelope("/xmtp/0/a/proto", (ulong)n))]);
        var (seen, position) = (new List<ulong>(), StreamPosition.Start);
        var failure = await Assert.ThrowsAsync<XmtpException>(async () =>
        {
            await foreach (var envelope in node.Service.SubscribeAll(position).ReadAllAsync(Token))
            {
                if (envelope.ContentTopic == PositionMarks.Topic) position = Mark(envelope);
                else seen.Add(envelope.TimestampNs);
                if (seen.Count != 1) continue;
                for (ulong n = 0; n < 5; n++) await node.PublishAsync(Envelope("/xmtp/0/a/proto", 2_000 + n));
                await Eventually.TrueAsync(() => node.Service.OpenSubscriptions == 0);
            }
        });
        Assert.Equal(ErrorCatalogue.Unavailable, failure.Code);
        Assert.InRange(seen.Count, 1, 1_999);

        await using var again = node.Service.SubscribeAll(position);
        seen.AddRange((await TakeAsync(again, 2_005 - seen.Count)).Select(static envelope => envelope.TimestampNs));
        Assert.Equal(Enumerable.Range(0, 2_005).Select(static n => (ulong)n), seen);
    }

    // Entries committed while a reader registers are the ones that could fall between replay and live.
    [Fact]
    public async Task SubscribeAll_WhileManyPublish_LosesNothingAndRepeatsNothing()
    {
        var random = SeededRandom.Fresh();
        var node = await StartAsync(new MessageServiceOptions { SubscribeAllBufferMax = 100_000 });
        var publishing = Enumerable.Range(0, 4).Select(publisher => Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++) await node.PublishAsync(Envelope("/xmtp/0/a/proto", (ulong)(publisher * 1000 + i)));
        }, Token)).ToArray();
        var subscriptions = new List<ISubscription>();
        while (!Task.WhenAll(publishing).IsCompleted && subscriptions.Count < 100)
        {
            subscriptions.Add(node.Service.SubscribeAll(StreamPosition.Start));
            await Task.Yield();
        }

        await Task.WhenAll(publishing);
        foreach (var subscription in subscriptions)
        {
            var envelopes = await TakeAsync(subscription, 1201);
            Assert.True(envelopes.Count(static envelope => envelope.ContentTopic != PositionMarks.Topic) == 1200, random.ToString());
            Assert.Equal(1201, envelopes.Distinct().Count());
            await subscription.DisposeAsync();
        }
    }

    private static async Task<List<Envelope>> TakeAsync(ISubscription subscription, int count)
    {
        var stream = subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        return await stream.TakeAsync(count);
    }

    private static StreamPosition Mark(Envelope envelope)
    {
        Assert.Equal("xmtp-position", envelope.ContentTopic);
        Assert.True(StreamPosition.TryParse(envelope.Message.ToStringUtf8(), out var position));
        return position;
    }

    private async Task<PositionNode> StartAsync(MessageServiceOptions? options = null)
    {
        var node = await PositionNode.StartAsync(_time, options);
        _nodes.Add(node);
        return node;
    }
}
