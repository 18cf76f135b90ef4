using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes.Tests;

public class CodecRegistryTests
{
    [Fact]
    public void Default_StandardTypes_AreAllKnown()
    {
        string[] types =
        [
            "attachment", "composite", "markdown", "reaction", "readReceipt", "remoteStaticAttachment", "reply", "text", "transactionReference",
        ];
        Assert.Equal(types.Select(ContentTypeId.Standard).Select(type => type.ToString()), CodecRegistry.Default.Codecs.Select(codec => codec.ContentType.ToString()).Order());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(uint.MaxValue, false)]
    public void Decode_MajorVersion_IsServedUpToTheCodecsOwn(uint major, bool served)
    {
        var registry = new CodecRegistry([new NumberCodec(versionMajor: 2)]);
        var encoded = new Proto.EncodedContent
        {
            Type = new ContentTypeId("example.com", "number", major, uint.MaxValue).ToProto(),
            Content = ByteString.CopyFromUtf8("7"),
        };
        var decoded = registry.Decode(encoded);
        Assert.Equal(served, decoded.IsKnown);
        Assert.Equal(served ? 7 : null, decoded.Content);
        Assert.Equal(served ? null : $"unknown content type example.com/number:{major}.4294967295", decoded.Error);
    }

    [Fact]
    public void Decode_UnknownType_KeepsEverythingReceived()
    {
        var encoded = new Proto.EncodedContent { Type = new ContentTypeId("a", "b").ToProto(), Fallback = "", Content = ByteString.CopyFromUtf8("x") };
        var decoded = CodecRegistry.Default.Decode(encoded);
        Assert.Null(decoded.Content);
        Assert.Equal("", decoded.Fallback);
        Assert.False(decoded.ShouldPush);
        Assert.Same(encoded, decoded.Encoded);
        Assert.False(decoded.TryGet<string>(out _));
    }

    [Fact]
    public void Decode_UnknownTypeWithEndlessName_ClipsTheErrorText()
    {
        var encoded = new Proto.EncodedContent { Type = new ContentTypeId(new string('a', 1 << 20), "b").ToProto() };
        Assert.InRange(CodecRegistry.Default.Decode(encoded).Error!.Length, 1, 300);
    }

    [Fact]
    public void Decode_CodecThatThrows_FailsOnceAndClearly()
    {
        var registry = CodecRegistry.Default.With(new NumberCodec());
        var encoded = new Proto.EncodedContent { Type = new NumberCodec().ContentType.ToProto(), Content = ByteString.CopyFromUtf8("not a number") };
        var exception = ContentAssert.Fails(ErrorCatalogue.MalformedData, () => registry.Decode(encoded));
        Assert.Contains("example.com/number:1.2", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not a number", exception.Message, StringComparison.Ordinal);
        Assert.IsType<FormatException>(exception.InnerException);
    }

    [Fact]
    public void Decode_CodecThatReadsNothing_Fails() =>
        ContentAssert.Fails(ErrorCatalogue.MalformedData, () => new CodecRegistry([new FaultyCodec()]).Decode(new Proto.EncodedContent { Type = FaultyCodec.Type.ToProto() }));

    [Theory]
    [InlineData("ff")]
    [InlineData("0a")]
    [InlineData("0a7f0a")]
    [InlineData("0a030a01ff")]
    [InlineData("0aff ff ff ff 07")]
    [InlineData("00")]
    public void Decode_BytesThatDoNotParse_Fails(string hex) =>
        ContentAssert.Fails(ErrorCatalogue.MalformedData, () => CodecRegistry.Default.Decode(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));

    [Fact]
    public void Encode_ClassWithoutCodec_Fails()
    {
        var exception = ContentAssert.Fails(ErrorCatalogue.ContentUnsupported, () => CodecRegistry.Default.Encode(DayOfWeek.Friday));
        Assert.Contains("System.DayOfWeek", exception.Message, StringComparison.Ordinal);
        ContentAssert.Fails(ErrorCatalogue.ContentUnsupported, () => CodecRegistry.Default.ShouldPush(DayOfWeek.Friday));
        ContentAssert.Fails(ErrorCatalogue.ContentUnsupported, () => CodecRegistry.Default.Encode("x", new ContentTypeId("a", "b")));
    }

    [Fact]
    public void Encode_ByType_ChoosesAmongCodecsOfOneClass()
    {
        var registry = CodecRegistry.Default.With(new ShoutCodec());
        Assert.Equal("text", registry.Encode("a").Type.TypeId);
        Assert.Equal("shout", registry.Encode("a", ShoutCodec.Type).Type.TypeId);
        Assert.True(registry.ShouldPush("a"));
        Assert.False(registry.ShouldPush("a", ShoutCodec.Type));
    }

    [Fact]
    public void Encode_ValueOfAnotherClass_IsAnArgumentException() =>
        Assert.Throws<ArgumentException>(() => CodecRegistry.Default.Encode(5, TextCodec.Type));

    [Fact]
    public void Encode_ValueHeldAsObject_UsesItsOwnClass() => Assert.Equal("text", CodecRegistry.Default.Encode<object>("a").Type.TypeId);

    [Fact]
    public void Encode_CodecThatLeavesOutTheType_GetsIt() =>
        Assert.Equal(FaultyCodec.Type.ToProto(), new CodecRegistry([new FaultyCodec()]).Encode(new Uri("https://example.com")).Type);

    [Fact]
    public void With_SameType_ReplacesTheCodec()
    {
        var registry = new CodecRegistry([new NumberCodec(1)]);
        var newer = registry.With(new NumberCodec(3));
        Assert.Equal(3u, Assert.Single(newer.Codecs).ContentType.VersionMajor);
        Assert.Equal(3u, newer.Encode(1).Type.VersionMajor);
        Assert.Equal(1u, registry.Encode(1).Type.VersionMajor);
    }

    [Fact]
    public void ToString_OfEveryContent_HidesWhatPeopleWrote()
    {
        const string Secret = "s3cret";
        var bytes = new byte[32];
        object[] contents =
        [
            new Markdown(Secret), new Reaction { Reference = "r", Content = Secret }, new Reply("r", Secret), new Attachment(Secret, Secret, bytes),
            new TransactionReference { NetworkId = Secret, Reference = Secret, Metadata = new TransactionMetadata { Currency = Secret } },
            new TransactionMetadata { Currency = Secret }, Composite.Of(Secret), Composite.Of(Secret).Parts[0],
            new RemoteAttachment
            {
                Url = new Uri("https://example.com/" + Secret), ContentDigest = bytes, Salt = bytes, Nonce = new byte[12], Secret = bytes, FileName = Secret,
            },
            CodecRegistry.Default.Decode(CodecRegistry.Default.Encode(Secret)), AttachmentCipher.Encrypt(Secret),
        ];
        Assert.All(contents, content => Assert.DoesNotContain(Secret, content.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Limits_BelowSense_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContentLimits { DepthMax = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContentLimits { InflatedLengthMax = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContentLimits { PartsMax = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContentLimits { CompressedSourceLengthMax = -1 });
    }

    private sealed class FaultyCodec : IContentCodec<Uri>
    {
        public static ContentTypeId Type { get; } = new("example.com", "faulty");

        public ContentTypeId ContentType => Type;

        public Proto.EncodedContent Encode(Uri content, CodecContext context) => new();

        public Uri Decode(Proto.EncodedContent encoded, CodecContext context) => null!;
    }

    private sealed class ShoutCodec : IContentCodec<string>
    {
        public static ContentTypeId Type { get; } = new("example.com", "shout");

        public ContentTypeId ContentType => Type;

        public Proto.EncodedContent Encode(string content, CodecContext context) =>
            new() { Type = Type.ToProto(), Content = ByteString.CopyFromUtf8(content.ToUpperInvariant()) };

        public string Decode(Proto.EncodedContent encoded, CodecContext context) => encoded.Content.ToStringUtf8();

        public bool ShouldPush(string content) => false;
    }
}
