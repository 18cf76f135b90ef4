using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Xmtp.Site.Content;

/// <summary>Links of one file: to another page of the site, or to a file of the repository, which becomes its name.</summary>
internal sealed class MarkdownLinks(SourceTree sources, string path)
{
    /// <summary>The paths that a text links to, in their order.</summary>
    public static IReadOnlyList<string> Targets(string path, string text) =>
        [.. Markdown.Parse(text).Descendants<LinkInline>().Where(static link => IsRelative(link.Url)).Select(link => Urls.Resolve(path, link.Url!.Split('#')[0])).OfType<string>()];

    public void Rewrite(MarkdownDocument document)
    {
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            if (link.IsImage || !IsRelative(link.Url) || link.Url![0] == '#') continue;
            var parts = link.Url.Split('#', 2);
            var target = Urls.Resolve(path, parts[0]) ?? throw new SiteException([$"{path}: {link.Url} leads out of the repository"]);
            if (sources.Pages.Contains($"{target}/README.md")) target += "/README.md";
            if (sources.Pages.Contains(target))
            {
                link.Url = Urls.Relative(MarkdownPages.Url(path), MarkdownPages.Url(target)) + (parts.Length == 2 ? $"#{parts[1]}" : "");
            }
            else if (sources.Exists(target))
            {
                // The site goes where the source does not. What the link said stays, and where to find it.
                var text = PlainText.Of(link);
                link.ReplaceBy(text == target || text.Contains('/') ? new CodeInline(target) : Named(text, target));
            }
            else
            {
                throw new SiteException([$"{path}: {link.Url} does not exist"]);
            }
        }
    }

    private static bool IsRelative(string? url) => !string.IsNullOrEmpty(url) && !url.Contains("://", StringComparison.Ordinal) && !url.StartsWith("mailto:", StringComparison.Ordinal);

    private static ContainerInline Named(string text, string target)
    {
        var named = new ContainerInline();
        named.AppendChild(new LiteralInline($"{text} ("));
        named.AppendChild(new CodeInline(target));
        named.AppendChild(new LiteralInline(")"));
        return named;
    }
}
