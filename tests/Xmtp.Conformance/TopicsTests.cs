using Xmtp.Client.Consent;
using Xmtp.Conformance.Vectors;
using Xmtp.Cryptography;
using Xmtp.Protocol.Topics;

namespace Xmtp.Conformance;

/// <summary>File 12.</summary>
public sealed class TopicsTests
{
    private static readonly Vector Root = VectorFiles.Open("12-topics");

    public static TheoryData<int> Topics => [.. Enumerable.Range(0, Root["topics"].Count)];

    public static TheoryData<int> Pitfalls => [.. Enumerable.Range(0, Root["sort_order_pitfalls"].Count)];

    [Theory]
    [MemberData(nameof(Topics))]
    public void Topic_OfEachKind_IsTheVectors(int index)
    {
        var vector = Root["topics"][index];
        var arguments = vector["args"].Items.Select(static item => item.Text).ToArray();
        if (vector.Find("error") is { } error)
        {
            Assert.NotEmpty(error.Text);
            Assert.Equal("invalid_address", vector["kind"].Text);
            Assert.False(EthereumAddress.TryParse(arguments[0], out _));
            return;
        }

        var topic = vector["kind"].Text switch
        {
            "contact" => Topic.Contact(Checksummed(arguments[0])),
            "intro" => Topic.Intro(Checksummed(arguments[0])),
            "invite" => Topic.Invite(Checksummed(arguments[0])),
            "privatestore" => Topic.PrivateStore(Checksummed(arguments[0].Split('/')[0])),
            "dm" => Topic.DirectMessageV1(Checksummed(arguments[0]), Checksummed(arguments[1])),
            "m" => Topic.DirectMessageV2(arguments[0]),
            "userpreferences" => ConsentTopic(EthereumAddress.Parse(arguments[0])),
            var kind => throw new InvalidOperationException($"No test knows the kind {kind}."),
        };
        Assert.Equal(vector["topic"].Topic, topic);
        Assert.NotEqual(TopicKind.Invalid, topic.Kind);
    }

    [Fact]
    public void ToEphemeral_OfConversations_IsTheVectors()
    {
        foreach (var vector in Root["ephemeral"].Items) Assert.Equal(vector["ephemeral_topic"].Topic, vector["topic"].Topic.ToEphemeral());
    }

    [Theory]
    [MemberData(nameof(Pitfalls))]
    public void Order_OfAddresses_IsThatOfTheirChecksummedTexts(int index)
    {
        var vector = Root["sort_order_pitfalls"][index];
        var (a, b) = (vector["a"].Address, vector["b"].Address);

        var first = EthereumAddress.CompareOrdinal(a, b) < 0 ? a : b;

        Assert.Equal(vector["checksummed_order_first"].Text, first.ToString());
        Assert.NotEqual(vector["lowercase_order_first"].Address, first);
        Assert.Equal(vector["dm_topic"].Topic, Topic.DirectMessageV1($"{a}", $"{b}"));
        Assert.Equal(vector["dm_topic"].Topic, Topic.DirectMessageV1($"{b}", $"{a}"));
    }

    [Fact]
    public void Checksum_OfLowerCaseAddresses_IsTheVectors()
    {
        foreach (var vector in Root["eip55"].Items) Assert.Equal(vector["checksummed"].Text, vector["lower"].Address.ToString());
    }

    private static string Checksummed(string address) => EthereumAddress.Parse(address).ToString();

    private static Topic ConsentTopic(EthereumAddress address)
    {
        using var amal = Person.Named("amal", CryptoProvider.Default);
        Assert.Equal(address, amal.Address);
        using var log = new ConsentLog(amal.Keys.IdentityKey);
        return log.Topic;
    }
}
