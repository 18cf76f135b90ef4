using Xmtp.Protocol.Topics;

namespace Xmtp.Protocol.Tests.Topics;

public class TopicTests
{
    private const string Address = "0x2B800379979E6D4a5Fb3DC316A00F1D975f7fBe7";

    [Theory]
    [InlineData("/xmtp/0/contact-0xA/proto", TopicKind.Contact, "contact")]
    [InlineData("/xmtp/0/privatestore-0xA/key_bundle/proto", TopicKind.PrivateStore, "private")]
    [InlineData("/xmtp/0/intro-0xA/proto", TopicKind.V1Intro, "v1-intro")]
    [InlineData("/xmtp/0/dm-0xA-0xB/proto", TopicKind.V1Conversation, "v1-conversation")]
    [InlineData("/xmtp/0/dmE-0xA-0xB/proto", TopicKind.V1ConversationEphemeral, "v1-conversation-ephemeral")]
    [InlineData("/xmtp/0/invite-0xA/proto", TopicKind.V2Invite, "v2-invite")]
    [InlineData("/xmtp/0/groupInvite-0xA/proto", TopicKind.V2GroupInvite, "v2-group-invite")]
    [InlineData("/xmtp/0/m-ab/c+d/proto", TopicKind.V2Conversation, "v2-conversation")]
    [InlineData("/xmtp/0/mE-ab/proto", TopicKind.V2ConversationEphemeral, "v2-conversation-ephemeral")]
    [InlineData("/xmtp/0/userpreferences-x/proto", TopicKind.UserPreferences, "userpreferences")]
    [InlineData("test-1", TopicKind.Test, "test")]
    [InlineData("", TopicKind.Invalid, "invalid")]
    [InlineData("*", TopicKind.Invalid, "invalid")]
    [InlineData("/xmtp/0/contact", TopicKind.Invalid, "invalid")]
    [InlineData("/xmtp/0/Contact-0xA/proto", TopicKind.Invalid, "invalid")]
    [InlineData("/xmtp/1/m-a/proto", TopicKind.Invalid, "invalid")]
    [InlineData("/xmtp/0/unknown-a/proto", TopicKind.Invalid, "invalid")]
    public void Kind_KnownForms_AreTold(string topic, TopicKind kind, string label)
    {
        Assert.Equal(kind, new Topic(topic).Kind);
        Assert.Equal(label, kind.Label());
    }

    [Fact]
    public void DirectMessageV1_EitherOrder_IsOrdinal()
    {
        // Ordinal and case-insensitive order disagree here: 'a' sorts after 'B'.
        Assert.Equal("/xmtp/0/dm-0xB-0xa/proto", Topic.DirectMessageV1("0xa", "0xB").Value);
        Assert.Equal("/xmtp/0/dm-0xB-0xa/proto", Topic.DirectMessageV1("0xB", "0xa").Value);
    }

    [Theory]
    [InlineData("/xmtp/0/dm-a-b/proto", "/xmtp/0/dmE-a-b/proto")]
    [InlineData("/xmtp/0/m-x/m-y/proto", "/xmtp/0/mE-x/m-y/proto")]
    [InlineData("/xmtp/0/mE-x/proto", "/xmtp/0/mE-x/proto")]
    public void ToEphemeral_Conversation_ReplacesTheKindAlone(string topic, string ephemeral) =>
        Assert.Equal(ephemeral, new Topic(topic).ToEphemeral().Value);

    [Fact]
    public void ToEphemeral_NoConversation_Throws() =>
        Assert.Throws<InvalidOperationException>(() => Topic.Invite(Address).ToEphemeral());

    [Theory]
    [InlineData("/xmtp/0/contact-0xA/proto", "0xA")]
    [InlineData("/xmtp/0/contact-0xA-more/proto", "0xA")]
    [InlineData("/xmtp/0/contact-0xA", "0xA")]
    [InlineData("/xmtp/0/privatestore-0xA/key_bundle/proto", "0xA")]
    [InlineData("/xmtp/0/contact-/proto", "")]
    public void TryGetOwner_ProtectedTopic_GivesTheAddressSegment(string topic, string owner)
    {
        Assert.True(Topic.TryGetOwner(topic, out var actual));
        Assert.Equal(owner, actual.ToString());
    }

    [Theory]
    [InlineData("/xmtp/0/intro-0xA/proto")]
    [InlineData("contact-0xA")]
    [InlineData("")]
    public void TryGetOwner_OpenTopic_IsFalse(string topic) => Assert.False(Topic.TryGetOwner(topic, out _));

    [Fact]
    public void TryParse_MoreBytesThanAllowed_IsFalse()
    {
        Assert.True(Topic.TryParse(new string('x', 300), null, out _));
        Assert.False(Topic.TryParse(new string('x', 301), null, out _));
        Assert.False(Topic.TryParse(new string('é', 151), null, out _));
        Assert.Throws<FormatException>(() => Topic.Parse(new string('x', 301)));
    }

    [Theory]
    [InlineData("/xmtp/0/m-abc/proto", true)]
    [InlineData("/xmtp/0/m-\u00e9/proto", false)]
    [InlineData("/xmtp/0/m- /proto", false)]
    [InlineData("/xmtp/0//proto", false)]
    [InlineData("/xmtp/0", false)]
    public void IsListable_PublishedClientsTest_Agrees(string topic, bool listable) =>
        Assert.Equal(listable, new Topic(topic).IsListable);

    [Fact]
    public void Default_Topic_IsEmptyText() => Assert.Equal("", default(Topic).ToString());
}
