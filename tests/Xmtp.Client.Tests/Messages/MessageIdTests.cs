using System.Security.Cryptography;
using Xmtp.Client.Messages;

namespace Xmtp.Client.Tests.Messages;

public sealed class MessageIdTests
{
    private const string OfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void FromMessage_OfBytes_IsTheirSha256()
    {
        Assert.Equal(OfNothing, MessageId.FromMessage([]).ToString());
        Assert.Equal(new MessageId(SHA256.HashData([1, 2])), MessageId.FromMessage([1, 2]));
        Assert.NotEqual(MessageId.FromMessage([1]), MessageId.FromMessage([2]));
    }

    [Theory]
    [InlineData(OfNothing)]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    public void Parse_OfHex_GivesTheIdInLowerCase(string text)
    {
        Assert.Equal(OfNothing, MessageId.Parse(text).ToString());
        Assert.Equal(MessageId.FromMessage([]), MessageId.Parse(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("e3b0")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555")]
    [InlineData("g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(" 3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("0xb0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void TryParse_OfAnythingElse_Fails(string? text)
    {
        Assert.False(MessageId.TryParse(text, null, out _));
        if (text is not null) Assert.Throws<FormatException>(() => MessageId.Parse(text));
    }

    [Fact]
    public void Constructor_WithAnotherLength_Throws() => Assert.Throws<ArgumentException>(() => new MessageId(new byte[31]));

    [Fact]
    public void TryFormat_IntoTooLittleSpace_Fails()
    {
        var id = MessageId.FromMessage([]);
        Assert.False(id.TryFormat(new char[63], out _));
        var text = new char[64];
        Assert.True(id.TryFormat(text, out var written));
        Assert.Equal((64, OfNothing), (written, new string(text)));
        var bytes = new byte[MessageId.Length];
        id.CopyTo(bytes);
        Assert.Equal(SHA256.HashData([]), bytes);
    }
}
