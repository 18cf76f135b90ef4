using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes.Tests.Reactions;

public class ReactionCodecTests
{
    [Fact]
    public void RoundTrip_AnyReaction_IsKept()
    {
        var random = SeededRandom.Fresh();
        for (var round = 0; round < 500; round++)
        {
            var reaction = new Reaction
            {
                Reference = RandomText.Next(random, random.Number(20)),
                Content = RandomText.Next(random, random.Number(20)),
                Action = random.Number(2) == 0 ? ReactionAction.Added : ReactionAction.Removed,
                Schema = (ReactionSchema)(1 + random.Number(3)),
                ReferenceInboxId = random.Number(2) == 0 ? null : RandomText.Next(random, 5),
            };
            var bytes = CodecRegistry.Default.Encode(reaction).ToByteArray();
            Assert.True(reaction.Equals(CodecRegistry.Default.Decode(bytes).Content), random.ToString());
        }
    }

    [Fact]
    public void Encode_InboxId_StandsThirdAsInPublishedClients()
    {
        var encoded = CodecRegistry.Default.Encode(new Reaction { Reference = "r", Content = "\u0001\"👍", Schema = ReactionSchema.Custom, ReferenceInboxId = "i" });
        Assert.Equal(
            """{"action":"added","reference":"r","referenceInboxId":"i","schema":"custom","content":"\u0001\"👍"}""", encoded.Content.ToStringUtf8());
    }

    [Fact]
    public void Encode_Unknown_IsAnArgumentException()
    {
        Assert.Throws<ArgumentException>(() => CodecRegistry.Default.Encode(new Reaction { Reference = "r", Content = "c", Action = ReactionAction.Unknown }));
        Assert.Throws<ArgumentException>(() => CodecRegistry.Default.Encode(new Reaction { Reference = "r", Content = "c", Schema = ReactionSchema.Unknown }));
    }

    [Theory]
    [InlineData("""{"reference":"r","content":"c"}""")]
    [InlineData("""{"reference":"r","content":"c","action":"boosted","schema":"hologram"}""")]
    [InlineData("""{"reference":"r","content":"c","action":null,"schema":null,"more":[{}]}""")]
    public void Decode_UnknownOrMissingWords_AreUnknown(string json)
    {
        var reaction = Assert.IsType<Reaction>(Decode(json).Content);
        Assert.Equal((ReactionAction.Unknown, ReactionSchema.Unknown, "r", "c"), (reaction.Action, reaction.Schema, reaction.Reference, reaction.Content));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("👍")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"reference":"r"}""")]
    [InlineData("""{"content":"c"}""")]
    [InlineData("""{"reference":null,"content":"c"}""")]
    [InlineData("""{"reference":1,"content":"c"}""")]
    [InlineData("""{"reference":"r","content":{}}""")]
    [InlineData("""{"reference":"r","content":"\ud800"}""")]
    [InlineData("""{"reference":"r","content":"c"} trailing""")]
    [InlineData("""{"reference":"r","content":"c","more":[[[[[[[[[[[[]]]]]]]]]]]]}""")]
    [InlineData("""{"reference":"r","content":"c",""")]
    public void Decode_NeitherForm_Fails(string json) => ContentAssert.Fails(ErrorCatalogue.MalformedData, () => Decode(json));

    [Theory]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("👍")]
    public void Decode_LegacyFormThatLooksLikeJson_IsRead(string content)
    {
        var encoded = new Proto.EncodedContent
        {
            Type = ReactionCodec.Type.ToProto(),
            Parameters = { ["reference"] = "r", ["action"] = "removed", ["schema"] = "custom" },
            Content = ByteString.CopyFromUtf8(content),
        };
        Assert.Equal(
            new Reaction { Reference = "r", Content = content, Action = ReactionAction.Removed, Schema = ReactionSchema.Custom },
            CodecRegistry.Default.Decode(encoded).Content);
    }

    private static DecodedContent Decode(string json) =>
        CodecRegistry.Default.Decode(new Proto.EncodedContent { Type = ReactionCodec.Type.ToProto(), Content = ByteString.CopyFromUtf8(json) });
}
