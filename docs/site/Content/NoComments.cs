using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace Xmtp.Site.Content;

/// <summary>The marks around snippets and generated parts are for tests, not for readers. There is no other HTML in our pages.</summary>
internal sealed class NoComments : HtmlObjectRenderer<HtmlBlock>
{
    protected override void Write(HtmlRenderer renderer, HtmlBlock obj)
    {
        if (obj.Type != HtmlBlockType.Comment) throw new SiteException([$"HTML in Markdown, line {obj.Line + 1}: write Markdown"]);
    }
}
