using System.Text;
using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes.Tests.Text;

public class TextCodecTests
{
    [Theory]
    [InlineData("text")]
    [InlineData("markdown")]
    public void Decode_OtherEncoding_Fails(string type)
    {
        var encoded = new Proto.EncodedContent { Type = ContentTypeId.Standard(type).ToProto(), Parameters = { ["encoding"] = "UTF-16" } };
        ContentAssert.Fails(ErrorCatalogue.MalformedData, () => CodecRegistry.Default.Decode(encoded));
    }

    [Fact]
    public void Decode_BytesThatAreNoUtf8_ReadAsReplacementCharacters()
    {
        var encoded = new Proto.EncodedContent { Type = TextCodec.Type.ToProto(), Content = ByteString.CopyFrom(0x61, 0xff, 0x62) };
        Assert.Equal("a\ufffdb", CodecRegistry.Default.Decode(encoded).Content);
    }

    [Fact]
    public void Encode_Markdown_IsTextOfItsOwnType()
    {
        var encoded = CodecRegistry.Default.Encode(new Markdown("# gm"));
        Assert.Equal("xmtp.org/markdown:1.0", ContentTypeId.FromProto(encoded.Type).ToString());
        Assert.Equal("UTF-8", encoded.Parameters["encoding"]);
        Assert.Equal("# gm", encoded.Content.ToStringUtf8());
        Assert.False(encoded.HasFallback);
        Assert.Equal(new Markdown("# gm"), CodecRegistry.Default.Decode(encoded).Content);
        Assert.True(CodecRegistry.Default.ShouldPush(new Markdown("# gm")));
    }

    [Fact]
    public void RoundTrip_AnyText_IsKept()
    {
        var random = SeededRandom.Fresh();
        for (var round = 0; round < 500; round++)
        {
            var text = RandomText.Next(random, random.Number(1200));
            Proto.Compression? compression = random.Number(3) is var choice && choice < 2 ? (Proto.Compression)choice : null;
            var bytes = CodecRegistry.Default.Encode(text, compression).ToByteArray();
            Assert.True(CodecRegistry.Default.Decode(bytes).Content is string read && read == text, $"{Encoding.UTF8.GetByteCount(text)} bytes: {random}");
        }
    }
}
