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
    public void SeenMessages_BeyondTheCapacity_ForgetTheOldest()
    {
        var seen = new SeenMessages(3);
        MessageId[] ids = [.. Enumerable.Range(0, 5).Select(static i => MessageId.FromMessage([(byte)i]))];
        Assert.All(ids, id => Assert.True(seen.Add(id)));
        Assert.False(seen.Add(ids[4]));
        Assert.Equal([false, false, true, true, true], ids.Select(seen.Contains));
    }
}
