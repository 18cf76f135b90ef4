using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes.Tests;

public class ContentTypeIdTests
{
    [Theory]
    [InlineData("xmtp.org/text:1.0", "xmtp.org", "text", 1, 0)]
    [InlineData("example.com/a/b:c:4294967295.7", "example.com", "a/b:c", uint.MaxValue, 7)]
    [InlineData("bücher.example/poll:0.1", "bücher.example", "poll", 0, 1)]
    public void Parse_TextForm_GivesThePartsAndBack(string text, string authority, string type, uint major, uint minor)
    {
        var id = ContentTypeId.Parse(text);
        Assert.Equal(new ContentTypeId(authority, type, major, minor), id);
        Assert.Equal((authority, type, major, minor), (id.AuthorityId, id.TypeId, id.VersionMajor, id.VersionMinor));
        Assert.Equal(text, id.ToString());
        Assert.Equal(text, $"{id}");
        Span<char> buffer = stackalloc char[64];
        Assert.True(id.TryFormat(buffer, out var written, default, null));
        Assert.Equal(text, buffer[..written]);
        Assert.False(id.TryFormat(buffer[..(text.Length - 1)], out _, default, null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("xmtp.org/text")]
    [InlineData("xmtp.org/text:1")]
    [InlineData("xmtp.org/text:1.")]
    [InlineData("xmtp.org/text:.0")]
    [InlineData("xmtp.org/text:1.0.0")]
    [InlineData("xmtp.org/text:-1.0")]
    [InlineData("xmtp.org/text: 1.0")]
    [InlineData("xmtp.org/text:+1.0")]
    [InlineData("xmtp.org/text:4294967296.0")]
    [InlineData("/text:1.0")]
    [InlineData("xmtp.org/:1.0")]
    [InlineData("xmtp.org:text/1.0")]
    public void Parse_OtherText_IsRefused(string text)
    {
        Assert.False(ContentTypeId.TryParse(text, out var id));
        Assert.Equal(default, id);
        Assert.Throws<FormatException>(() => ContentTypeId.Parse(text));
    }

    [Fact]
    public void TryParse_Null_IsFalse() => Assert.False(ContentTypeId.TryParse(null, out _));

    [Fact]
    public void FromProto_EmptyFields_EqualDefault()
    {
        Assert.Equal(default, ContentTypeId.FromProto(new Proto.ContentTypeId()));
        Assert.Equal(new Proto.ContentTypeId(), default(ContentTypeId).ToProto());
        Assert.Equal("/:0.0", default(ContentTypeId).ToString());
    }

    [Fact]
    public void IsSameType_OtherVersion_IsTrue()
    {
        Assert.True(new ContentTypeId("a", "b", 1).IsSameType(new ContentTypeId("a", "b", 2, 3)));
        Assert.False(new ContentTypeId("a", "b").IsSameType(new ContentTypeId("a", "B")));
        Assert.False(new ContentTypeId("a", "b").IsSameType(new ContentTypeId("A", "b")));
    }

    [Fact]
    public void TryParse_AnyText_NeverThrowsAndSurvivesTheRoundTrip()
    {
        const string Alphabet = "a/:.019é ";
        var random = SeededRandom.Fresh();
        for (var round = 0; round < 5000; round++)
        {
            var text = new string([.. random.Bytes(random.Number(14)).Select(value => Alphabet[value % Alphabet.Length])]);
            if (!ContentTypeId.TryParse(text, out var id)) continue;
            Assert.True(ContentTypeId.TryParse(id.ToString(), out var again), $"{text}: {random}");
            Assert.True(id == again, $"{text}: {random}");
        }
    }
}
