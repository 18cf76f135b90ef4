using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes.Tests.Replies;

public class ReplyCodecTests
{
    [Fact]
    public void RoundTrip_ReplyToAReply_IsKept()
    {
        var reply = new Reply("outer", new Reply("inner", new Attachment("a.txt", "text/plain", new byte[] { 1, 2 })) { ReferenceInboxId = "inbox" });
        var encoded = CodecRegistry.Default.Encode(reply);
        Assert.Equal("xmtp.org/reply:1.0", encoded.Parameters["contentType"]);
        Assert.Equal("Replied to an earlier message", encoded.Fallback);
        var decoded = CodecRegistry.Default.Decode(encoded.ToByteArray());
        ContentAssert.Same(reply, decoded.Content);
        Assert.Equal(ReplyCodec.Type, Assert.IsType<Reply>(decoded.Content).ContentType);
    }

    [Fact]
    public void Encode_Answer_HasNeitherFallbackNorCompression()
    {
        var encoded = CodecRegistry.Default.Encode(new Reply("r", new Reaction { Reference = "r", Content = new string('x', 500) }), Proto.Compression.Gzip);
        Assert.True(encoded.HasCompression);
        var answer = EncodedContents.Parse(EncodedContents.Inflate(encoded, 1000).Content.Span);
        Assert.False(answer.HasFallback);
        Assert.False(answer.HasCompression);
    }

    [Fact]
    public void Encode_Markdown_QuotesItInTheFallback() =>
        Assert.Equal("Replied with “*yes*” to an earlier message", CodecRegistry.Default.Encode(new Reply("r", new Markdown("*yes*"))).Fallback);

    [Fact]
    public void Encode_GivenType_ChoosesTheCodec()
    {
        var registry = CodecRegistry.Default.With(new NumberCodec());
        Assert.Equal("example.com/number:1.2", registry.Encode(new Reply("r", 5, new NumberCodec().ContentType)).Parameters["contentType"]);
        ContentAssert.Fails(ErrorCatalogue.ContentUnsupported, () => CodecRegistry.Default.Encode(new Reply("r", 5)));
    }

    [Fact]
    public void Decode_AnswerOfAnotherTypeThanTheParameterSays_IsReadByItsOwn()
    {
        var encoded = CodecRegistry.Default.Encode(new Reply("r", "text"));
        encoded.Parameters["contentType"] = "xmtp.org/attachment:1.0";
        Assert.Equal("text", Assert.IsType<Reply>(CodecRegistry.Default.Decode(encoded).Content).Content);
        encoded.Parameters.Remove("contentType");
        Assert.Equal("text", Assert.IsType<Reply>(CodecRegistry.Default.Decode(encoded).Content).Content);
    }

    [Fact]
    public void Decode_AnswerOfUnknownType_IsUnsupported()
    {
        var encoded = CodecRegistry.Default.With(new NumberCodec()).Encode(new Reply("r", 5));
        var exception = ContentAssert.Fails(ErrorCatalogue.ContentUnsupported, () => CodecRegistry.Default.Decode(encoded));
        Assert.Contains("unknown content type example.com/number:1.2", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ff")]
    [InlineData("0a05")]
    [InlineData("220178")]
    public void Decode_BadAnswer_Fails(string hex) => ContentAssert.Fails(ErrorCatalogue.MalformedData, () => CodecRegistry.Default.Decode(new Proto.EncodedContent
    {
        Type = ReplyCodec.Type.ToProto(),
        Parameters = { ["reference"] = "r" },
        Content = ByteString.CopyFrom(Convert.FromHexString(hex)),
    }));

    [Fact]
    public void Decode_WithoutReference_Fails()
    {
        var encoded = CodecRegistry.Default.Encode(new Reply("r", "text"));
        encoded.Parameters.Remove("reference");
        ContentAssert.Fails(ErrorCatalogue.MalformedData, () => CodecRegistry.Default.Decode(encoded));
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void Depth_AtTheLimit_DecidesBothWays(int depth, bool allowed)
    {
        object content = "leaf";
        for (var level = 1; level < depth; level++) content = new Reply("r", content);
        var encoded = CodecRegistry.Default.WithLimits(new ContentLimits { DepthMax = 100 }).Encode(content);
        if (allowed)
        {
            Assert.Equal(encoded, CodecRegistry.Default.Encode(content));
            ContentAssert.Same(content, CodecRegistry.Default.Decode(encoded).Content);
        }
        else
        {
            ContentAssert.Fails(ErrorCatalogue.ContentTooLarge, () => CodecRegistry.Default.Encode(content));
            ContentAssert.Fails(ErrorCatalogue.ContentTooLarge, () => CodecRegistry.Default.Decode(encoded));
        }
    }

    [Fact]
    public void Decode_NestedThousandsDeep_FailsEarly()
    {
        var encoded = CodecRegistry.Default.Encode("leaf");
        for (var level = 0; level < 3000; level++)
            encoded = new Proto.EncodedContent { Type = ReplyCodec.Type.ToProto(), Parameters = { ["reference"] = "r" }, Content = encoded.ToByteString() };
        ContentAssert.Fails(ErrorCatalogue.ContentTooLarge, () => CodecRegistry.Default.Decode(encoded.ToByteArray()));
    }

    [Fact]
    public void Decode_CompressedAnswer_IsInflatedWithinTheMessagesLimit()
    {
        var answer = CodecRegistry.Default.Encode(new string('x', 900), Proto.Compression.Deflate);
        Assert.True(answer.HasCompression);
        var encoded = new Proto.EncodedContent { Type = ReplyCodec.Type.ToProto(), Parameters = { ["reference"] = "r" }, Content = answer.ToByteString() };
        Assert.Equal(new string('x', 900), Assert.IsType<Reply>(CodecRegistry.Default.Decode(encoded).Content).Content);

        // The outer content takes its share of the limit first.
        var padded = encoded.Clone();
        padded.Parameters["padding"] = new string('y', 10);
        EncodedContents.Compress(padded, Proto.Compression.Gzip);
        var enough = 900 + (padded.HasCompression ? encoded.Content.Length : 0);
        Assert.True(CodecRegistry.Default.WithLimits(new ContentLimits { InflatedLengthMax = enough }).Decode(padded).IsKnown);
        ContentAssert.Fails(
            ErrorCatalogue.ContentTooLarge, () => CodecRegistry.Default.WithLimits(new ContentLimits { InflatedLengthMax = enough - 1 }).Decode(padded));
    }
}
