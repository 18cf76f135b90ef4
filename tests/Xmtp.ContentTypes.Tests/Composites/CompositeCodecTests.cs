using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes.Tests.Composites;

public class CompositeCodecTests
{
    [Fact]
    public void Encode_OneLeaf_HasOnePart()
    {
        var encoded = CodecRegistry.Default.Encode(Composite.Of("one"));
        var part = Assert.Single(Proto.Composite.Parser.ParseFrom(encoded.Content).Parts);
        Assert.Equal("one", part.Part_.Content.ToStringUtf8());
        Assert.False(encoded.HasFallback);
    }

    [Fact]
    public void RoundTrip_AnyTree_IsKept()
    {
        var random = SeededRandom.Fresh();
        for (var round = 0; round < 200; round++)
        {
            var tree = Tree(random, 5);
            var bytes = CodecRegistry.Default.Encode(tree).ToByteArray();
            var exception = Record.Exception(() => ContentAssert.Same(tree, CodecRegistry.Default.Decode(bytes).Content));
            Assert.True(exception is null, $"{exception}: {random}");
        }
    }

    [Fact]
    public void Decode_UnknownPart_SpoilsNoOther()
    {
        var tree = new Proto.Composite
        {
            Parts =
            {
                new Proto.Composite.Types.Part { Part_ = CodecRegistry.Default.Encode("known") },
                new Proto.Composite.Types.Part { Part_ = new Proto.EncodedContent { Type = new ContentTypeId("a", "b").ToProto(), Fallback = "shown" } },
            },
        };
        var composite = Assert.IsType<Composite>(Decode(tree.ToByteString()).Content);
        Assert.Equal("known", composite.Parts[0].Content);
        Assert.Equal(TextCodec.Type, composite.Parts[0].Type);
        Assert.Null(composite.Parts[1].Content);
        Assert.Equal("shown", composite.Parts[1].Fallback);
        Assert.Equal("unknown content type a/b:1.0", composite.Parts[1].Error);
        Assert.Throws<ArgumentException>(() => CodecRegistry.Default.Encode(composite));
    }

    [Theory]
    [InlineData("ff")]
    [InlineData("0a05")]
    [InlineData("0a00")]
    [InlineData("0a020a00")]
    [InlineData("0a0412020a00")]
    public void Decode_BadTree_Fails(string hex) =>
        ContentAssert.Fails(ErrorCatalogue.MalformedData, () => Decode(ByteString.CopyFrom(Convert.FromHexString(hex))));

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void Depth_AtTheLimit_DecidesBothWays(int depth, bool allowed)
    {
        // The leaf takes one level, every composite above it another.
        var tree = Composite.Of("leaf");
        for (var level = 2; level < depth; level++) tree = Composite.Of(tree);
        var encoded = CodecRegistry.Default.WithLimits(new ContentLimits { DepthMax = 100 }).Encode(tree);
        if (allowed)
        {
            ContentAssert.Same(tree, CodecRegistry.Default.Decode(encoded).Content);
            Assert.Equal(encoded, CodecRegistry.Default.Encode(tree));
        }
        else
        {
            ContentAssert.Fails(ErrorCatalogue.ContentTooLarge, () => CodecRegistry.Default.Decode(encoded));
            ContentAssert.Fails(ErrorCatalogue.ContentTooLarge, () => CodecRegistry.Default.Encode(tree));
        }
    }

    [Fact]
    public void Decode_NestedThousandsDeep_Fails()
    {
        // Written by hand: a tree that deep could not be serialised without a deep stack.
        var bytes = ByteString.Empty;
        for (var level = 0; level < 3000; level++) bytes = Nest(bytes);
        ContentAssert.Fails(ErrorCatalogue.MalformedData, () => Decode(bytes));
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void Parts_AtTheLimit_DecideBothWays(int count, bool allowed)
    {
        // Split over two levels: the limit is the message's.
        var tree = Composite.Of(Enumerable.Repeat<object>("x", count - 11).Append(Composite.Of(Enumerable.Repeat<object>("y", 10))));
        var encoded = CodecRegistry.Default.WithLimits(new ContentLimits { PartsMax = 2000 }).Encode(tree);
        if (allowed)
        {
            Assert.Equal(encoded, CodecRegistry.Default.Encode(tree));
            Assert.True(CodecRegistry.Default.Decode(encoded).IsKnown);
        }
        else
        {
            ContentAssert.Fails(ErrorCatalogue.ContentTooLarge, () => CodecRegistry.Default.Encode(tree));
            ContentAssert.Fails(ErrorCatalogue.ContentTooLarge, () => CodecRegistry.Default.Decode(encoded));
        }
    }

    [Fact]
    public void Decode_ManySmallBombs_CountTogether()
    {
        var bomb = CodecRegistry.Default.WithLimits(new ContentLimits { CompressedSourceLengthMax = 1 << 20 }).Encode(new string('x', 600_000), Proto.Compression.Gzip);
        Assert.True(CodecRegistry.Default.Decode(bomb).IsKnown);
        var part = new Proto.Composite.Types.Part { Part_ = bomb };
        ContentAssert.Fails(ErrorCatalogue.ContentTooLarge, () => Decode(new Proto.Composite { Parts = { part, part } }.ToByteString()));
    }

    private static Composite Tree(SeededRandom random, int depth) => Composite.Of(Enumerable.Range(0, random.Number(4)).Select<int, object>(_ => random.Number(5) switch
    {
        0 when depth > 0 => Tree(random, depth - 1),
        1 => new Markdown(RandomText.Next(random, 3)),
        2 => new Attachment("n", "t", random.Bytes(random.Number(20))),
        3 => new Reply("r", RandomText.Next(random, 3)),
        _ => RandomText.Next(random, random.Number(10)),
    }));

    // A part that holds a composite that holds what is given.
    private static ByteString Nest(ByteString inner) => Field(1, Field(2, inner));

    private static ByteString Field(int number, ByteString value)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(value);
        }

        return ByteString.CopyFrom(bytes.ToArray());
    }

    private static DecodedContent Decode(ByteString content) =>
        CodecRegistry.Default.Decode(new Proto.EncodedContent { Type = CompositeCodec.Type.ToProto(), Content = content });
}
