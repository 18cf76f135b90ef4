using Xmtp.Inbox.Messages;

namespace Xmtp.Inbox.Tests.Messages;

public class TextPartTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("see https://example.org/a?b=c.", "see |[https://example.org/a?b=c]|.")]
    [InlineData("(http://example.org)", "(|[http://example.org]|)")]
    [InlineData("https://", "https://")]
    [InlineData("javascript:alert(1)", "javascript:alert(1)")]
    [InlineData("http://a.example http://b.example", "[http://a.example]| |[http://b.example]")]
    [InlineData("", "")]
    public void Split_Text_FindsWebAddresses(string text, string parts) =>
        Assert.Equal(parts, string.Join('|', TextPart.Split(text).Select(static part => part.IsLink ? $"[{part.Text}]" : part.Text)));
}
