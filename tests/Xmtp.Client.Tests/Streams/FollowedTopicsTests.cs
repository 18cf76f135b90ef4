using Xmtp.Client.Messages;
using Xmtp.Client.Streams;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Tests.Streams;

public sealed class FollowedTopicsTests
{
    private static readonly string Topic = Protocol.Topics.Topic.DirectMessageV2("a").Value;
    private readonly FollowedTopics _topics = new(skewNs: 10);

    [Fact]
    public void Gaps_NothingSeen_BeginWhereTheTopicWasAdded()
    {
        _topics.Add(Topic, 1000, isRead: true);
        Assert.Equal([(Topic, 1000UL)], _topics.Gaps([Topic]));
    }

    [Theory]
    [InlineData(1005, 1000)]
    [InlineData(2000, 1990)]
    [InlineData(9000, 4990)]
    public void Gaps_SomethingSeen_BeginAtItLessTheSkewBetweenTheFloorAndNow(ulong seenNs, ulong sinceNs)
    {
        _topics.Add(Topic, 1000, isRead: true);
        _topics.Seen(new Envelope { ContentTopic = Topic, TimestampNs = seenNs }, nowNs: 5000);
        Assert.Equal([(Topic, sinceNs)], _topics.Gaps([Topic]));
    }

    [Fact]
    public void MustWait_HistoryNotReadYet_HoldsLiveEnvelopesBackUntilNoneIsLeft()
    {
        var live = new Envelope { ContentTopic = Topic, TimestampNs = 3000 };
        _topics.Add(Topic, 0, isRead: false);
        Assert.True(_topics.MustWait(live));
        _topics.MarkRead([Topic]);
        Assert.Equal([Topic], _topics.Unread);
        Assert.Equal([(Topic, 0UL)], _topics.Gaps(_topics.Unread));
        _topics.Seen(live, nowNs: 5000);
        Assert.Equal([(Topic, 2990UL)], _topics.Gaps(_topics.Unread));
        _topics.MarkRead([Topic]);
        Assert.Empty(_topics.Unread);
        Assert.False(_topics.MustWait(live));
    }

    [Fact]
    public void Gaps_EphemeralTopic_HasNone()
    {
        var live = new Topic(Topic).ToEphemeral().Value;
        Assert.True(_topics.Add(live, 0, isRead: true));
        Assert.False(_topics.Add(live, 5, isRead: false));
        Assert.Empty(_topics.Gaps(_topics.Names));
    }

    [Fact]
    public void Remembers_WhatAQueryCouldBring_AndNothingOlder()
    {
        _topics.Add(Topic, 1000, isRead: true);
        for (var time = 900UL; time < 2000; time++) Deliver(time);
        Assert.False(Remembers(950));
        Assert.False(Remembers(1500));
        Assert.All(Enumerable.Range(1990, 10), time => Assert.True(Remembers((ulong)time)));
    }

    [Fact]
    public void Remembers_WhileItIsRead_AlsoWhatIsOlderByThen()
    {
        _topics.Add(Topic, 1000, isRead: true);
        Deliver(1100);
        var gaps = _topics.BeginReading([Topic]);
        for (var time = 1101UL; time < 2000; time++) Deliver(time);
        Assert.True(Remembers(1100));
        _topics.EndReading(gaps);
        for (var time = 2000UL; time < 5000; time++) Deliver(time);
        Assert.False(Remembers(1100));
    }

    [Fact]
    public void Uncovered_PositionTaken_IsWhatWasNotReadBesideIt()
    {
        _topics.Add("a", 0, isRead: true);
        _topics.Add("b", 0, isRead: true);
        string[] all = ["a", "b"];
        _topics.MoveTo("p0", 0, isContinued: false);
        Assert.Equal(all, _topics.Uncovered(all));
        _topics.MarkComplete(["a"], 0);
        Assert.Equal(["b"], _topics.Uncovered(all));

        // Another subscription that goes on from there: the old position covers no more than before.
        _topics.MarkComplete(["b"], 1);
        Assert.Equal(["b"], _topics.Uncovered(all));
        _topics.MoveTo("p1", 1, isContinued: true);
        Assert.Empty(_topics.Uncovered(all));

        // One that begins anew covers what was read beside it, and one without positions nothing.
        _topics.MarkComplete(["a"], 2);
        _topics.MoveTo("p2", 2, isContinued: false);
        Assert.Equal(["b"], _topics.Uncovered(all));
        _topics.MarkComplete(["b"], 3);
        _topics.MoveTo(null, 3, isContinued: false);
        Assert.Equal(all, _topics.Uncovered(all));
        Assert.Null(_topics.Position);
    }

    [Fact]
    public void Gaps_NotCoveredByThePosition_BeginWhereTheTopicWasAdded()
    {
        _topics.Add(Topic, 0, isRead: true);
        Deliver(3000);
        Assert.Equal([(Topic, 2990UL)], _topics.Gaps([Topic]));
        _topics.MoveTo("p", 0, isContinued: false);
        Assert.Equal([(Topic, 0UL)], _topics.Gaps([Topic]));
        _topics.MarkComplete([Topic], 0);
        Assert.Equal([(Topic, 2990UL)], _topics.Gaps([Topic]));
    }

    private static Envelope At(ulong time) => new() { ContentTopic = Topic, TimestampNs = time };

    private static MessageId Id(ulong time) => MessageId.FromMessage(BitConverter.GetBytes(time));

    private void Deliver(ulong time)
    {
        _topics.Remember(At(time), Id(time));
        _topics.Seen(At(time), nowNs: 100_000);
    }

    private bool Remembers(ulong time) => _topics.Remembers(At(time), Id(time));
}
