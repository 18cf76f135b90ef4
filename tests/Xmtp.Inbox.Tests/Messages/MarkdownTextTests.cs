using Xmtp.Inbox.Messages;

namespace Xmtp.Inbox.Tests.Messages;

public class MarkdownTextTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")]
    [InlineData("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>")]
    [InlineData("[bad](javascript:alert(1))", "<p>bad</p>")]
    [InlineData("[**bad**](data:text/html,x)", "<p>bad</p>")]
    [InlineData("[bad](JaVaScRiPt:alert(1))", "<p>bad</p>")]
    [InlineData("[here](/settings)", "<p>here</p>")]
    [InlineData("[good](https://example.org)", """<p><a href="https://example.org" target="_blank" rel="noopener noreferrer nofollow">good</a></p>""")]
    [InlineData("![spy](https://example.org/x.png)", """<p><a href="https://example.org/x.png" target="_blank" rel="noopener noreferrer nofollow">spy</a></p>""")]
    [InlineData("![](https://example.org/x.png)", """<p><a href="https://example.org/x.png" target="_blank" rel="noopener noreferrer nofollow">picture</a></p>""")]
    [InlineData("<javascript:alert(1)>", "<p>javascript:alert(1)</p>")]
    [InlineData("**b** *i* ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <del>s</del> <code>c</code></p>")]
    public void ToHtml_Markdown_DoesNoHarm(string markdown, string html) => Assert.Equal(html, MarkdownText.ToHtml(markdown).Trim());

    [Fact]
    public void ToHtml_ReferenceDefinition_IsCheckedToo() =>
        Assert.DoesNotContain("javascript", MarkdownText.ToHtml("[bad][1]\n\n[1]: javascript:alert(1)"), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void ToHtml_DeepNesting_Ends() => Assert.NotEmpty(MarkdownText.ToHtml(new string('>', 20_000) + " x"));

    [Fact]
    public void Plain_Markdown_IsTheTextAlone() => Assert.Equal("Title bold", MarkdownText.Plain("# Title\n**bold**").ReplaceLineEndings(" ").Trim());
}
