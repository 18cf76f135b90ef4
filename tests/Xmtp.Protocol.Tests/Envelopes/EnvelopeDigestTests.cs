using Xmtp.Protocol.Envelopes;

namespace Xmtp.Protocol.Tests.Envelopes;

public class EnvelopeDigestTests
{
    [Theory]
    [InlineData("a", "bc")]
    [InlineData("ab", "c")]
    public void Compute_TopicAndMessage_AreJoinedWithoutSeparator(string topic, string message) =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            Convert.ToHexStringLower(EnvelopeDigest.Compute(topic, System.Text.Encoding.UTF8.GetBytes(message))));

    [Fact]
    public void Compute_LongTopic_NeedsNoStack() =>
        Assert.Equal(EnvelopeDigest.Length, EnvelopeDigest.Compute(new string('\u20ac', 100_000), []).Length);
}
