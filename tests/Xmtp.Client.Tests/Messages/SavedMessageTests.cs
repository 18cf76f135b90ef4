using Google.Protobuf;
using Xmtp.Client.Consent;
using Xmtp.Client.Messages;
using Xmtp.Cryptography;
using Xmtp.Protocol.Topics;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Tests.Messages;

public sealed class SavedMessageTests
{
    private static readonly EthereumAddress Amal = EthereumAddress.Parse("0x2e5a3B98a3719FCc93545EF3Ea0672Da8C64a52a");
    private static readonly EthereumAddress Bola = EthereumAddress.Parse("0x1c8736f482c1d17AeBb5CA7990920738A60b1f17");

    private static readonly SavedMessage Example = new(
        new OpenedMessage(MessageId.FromMessage([1]), MessageVersion.V1, Amal, Bola, new Topic("t"), 5, new byte[] { 1, 2 }),
        new ConversationReference(new Topic("t"), Bola, 4)
        {
            ConversationId = "example.com/one",
            Metadata = new Dictionary<string, string> { ["title"] = "One" },
            ConsentProof = new ConsentProof("0x00", 3),
        });

    [Fact]
    public void Decode_OfWhatWasEncoded_GivesItBack()
    {
        var decoded = SavedMessage.Decode(Example.Encode()).Value!;

        Assert.Equal(Example.Message.Payload.ToArray(), decoded.Message.Payload.ToArray());
        Assert.Equal(Example.Message with { Payload = default }, decoded.Message with { Payload = default });
        Assert.Equal(Example.Conversation.Metadata, decoded.Conversation.Metadata);
        Assert.Equal(Example.Conversation with { Metadata = decoded.Conversation.Metadata }, decoded.Conversation);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("sender")]
    [InlineData("recipient")]
    [InlineData("conversation")]
    [InlineData("peer")]
    public void Decode_WithADamagedPart_IsMalformed(string part)
    {
        var proto = Proto.DecodedMessage.Parser.ParseFrom(Example.Encode());
        switch (part)
        {
            case "id": proto.Id = "x"; break;
            case "sender": proto.SenderAddress = "x"; break;
            case "recipient": proto.RecipientAddress = "x"; break;
            case "conversation": proto.Conversation = null; break;
            default: proto.Conversation.PeerAddress = "x"; break;
        }

        Assert.Equal(DropReason.Malformed, SavedMessage.Decode(proto.ToByteArray()).Reason);
    }

    [Fact]
    public void Decode_OfAnUnknownVersion_SaysSo()
    {
        var proto = Proto.DecodedMessage.Parser.ParseFrom(Example.Encode());
        proto.MessageVersion = "v3";

        Assert.Equal(DropReason.WrongVersion, SavedMessage.Decode(proto.ToByteArray()).Reason);
        Assert.Equal(DropReason.Malformed, SavedMessage.Decode([0xff]).Reason);
    }
}
