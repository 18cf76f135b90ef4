using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace Xmtp.Site.Content;

/// <summary>A block of code, coloured here so that the page needs no script for it.</summary>
internal sealed class HighlightedCode : HtmlObjectRenderer<CodeBlock>
{
    protected override void Write(HtmlRenderer renderer, CodeBlock obj)
    {
        var language = (obj as FencedCodeBlock)?.Info ?? "";
        renderer.Write("<pre tabindex=\"0\"><code>").Write(Highlighter.Colour(obj.Lines.ToString().TrimEnd(), language)).Write("</code></pre>\n");
    }
}
