namespace Xmtp.Docs.Tests.Markdown;

public class MarkdownFileTests
{
    private static readonly MarkdownFile Sample = new("sample.md", """
        # The `xmtp` command

        See [one](a.md) and [`two`](b/c.md#d), not `[three](x.md)`.

        <!-- snippet: first -->
        ```csharp
        var a = 1; // [four](y.md)
        ```
        <!-- /snippet -->

        ```
        plain
        ```

        ## Options, and more

        | a | b |
        |---|---|
        | `c` | d |

        ## Options, and more
        """);

    [Fact]
    public void Links_Sample_AreThoseOutsideCode() => Assert.Equal(["a.md", "b/c.md#d"], Sample.Links.Select(link => link.Target));

    [Fact]
    public void Fences_Sample_KnowTheirSnippet()
    {
        Assert.Equal([("csharp", "first"), ("", null)], Sample.Fences.Select(fence => (fence.Info, fence.Snippet)));
        Assert.Equal("plain", Sample.Fences[1].Text);
    }

    [Fact]
    public void Anchors_Sample_AreThoseOfGitHub() => Assert.Equal(["the-xmtp-command", "options-and-more", "options-and-more-1"], Sample.Anchors);

    [Fact]
    public void Rows_Sample_LeaveOutTheHead() => Assert.Equal([["`c`", "d"]], Sample.Rows("## Options, and more"));

    [Fact]
    public void Code_Sample_IsFound() => Assert.Equal(["xmtp", "two", "[three](x.md)", "c"], Sample.Code.Select(code => code.Text));

    [Fact]
    public void All_Repository_HoldsItsPages()
    {
        Assert.Contains(MarkdownFile.All, file => file.Path == "README.md");
        Assert.Contains(MarkdownFile.All, file => file.Path == "docs/reference/errors.md");
    }
}
