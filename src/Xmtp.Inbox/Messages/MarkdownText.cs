using System.Net;
using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Xmtp.Inbox.Messages;

/// <summary>
/// Markdown from strangers as HTML that can do no harm: HTML in it is shown as text, links go to web and mail addresses only, and
/// pictures are links, because loading one would tell its server who reads when.
/// </summary>
public static class MarkdownText
{
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseEmphasisExtras().UseAutoLinks().Build();
    private static readonly string[] s_schemes = [Uri.UriSchemeHttp, Uri.UriSchemeHttps, Uri.UriSchemeMailto];

    /// <summary>Safe HTML.</summary>
    public static string ToHtml(string markdown)
    {
        try
        {
            return Render(markdown);
        }
        catch (ArgumentException)
        {
            // Nested beyond all sense; the library refuses it.
            return $"<p>{WebUtility.HtmlEncode(markdown)}</p>";
        }
    }

    /// <summary>The text alone.</summary>
    public static string Plain(string markdown)
    {
        try
        {
            return Markdown.ToPlainText(markdown, s_pipeline);
        }
        catch (ArgumentException)
        {
            return markdown;
        }
    }

    /// <summary>Whether an address may be made a link.</summary>
    public static bool IsSafe(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && s_schemes.Contains(uri.Scheme);

    private static string Render(string markdown)
    {
        var document = Markdown.Parse(markdown, s_pipeline);
        foreach (var link in document.Descendants<LinkInline>().ToArray()) Defuse(link);
        foreach (var link in document.Descendants<AutolinkInline>().ToArray()) Defuse(link);
        using var text = new StringWriter();
        var renderer = new HtmlRenderer(text);
        s_pipeline.Setup(renderer);
        renderer.Render(document);
        return text.ToString();
    }

    private static void Defuse(LinkInline link)
    {
        link.GetDynamicUrl = null;
        if (link.IsImage)
        {
            link.IsImage = false;
            if (link.FirstChild is null) link.AppendChild(new LiteralInline("picture"));
        }

        if (IsSafe(link.Url)) Mark(link);
        else link.ReplaceBy(new LiteralInline(string.Concat(link.Descendants<LiteralInline>().Select(static literal => literal.Content.ToString()))), copyChildren: false);
    }

    private static void Defuse(AutolinkInline link)
    {
        if (IsSafe(link.IsEmail ? $"mailto:{link.Url}" : link.Url)) Mark(link);
        else link.ReplaceBy(new LiteralInline(link.Url));
    }

    private static void Mark(MarkdownObject link)
    {
        var attributes = Markdig.Renderers.Html.HtmlAttributesExtensions.GetAttributes(link);
        attributes.AddProperty("target", "_blank");
        attributes.AddProperty("rel", "noopener noreferrer nofollow");
    }
}
