using System.Text;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace Xmtp.Site.Content;

/// <summary>Turns the repository's Markdown into pages.</summary>
internal sealed class MarkdownPages(SourceTree sources)
{
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseAutoLinks().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    /// <summary>All pages, in the order of the navigation.</summary>
    public IEnumerable<SitePage> Read()
    {
        // The overview lists pages in the order in which one reads them; others follow by name.
        var order = MarkdownLinks.Targets("docs/README.md", sources.Read("docs/README.md"));
        return from path in sources.Pages
               let page = Read(path)
               orderby IndexOf(Groups.Order, page.Group), path == "README.md" ? -2 : path == "docs/README.md" ? -1 : IndexOf(order, path), path
               select page;
    }

    /// <summary>Where a Markdown file stands in the site.</summary>
    public static string Url(string path)
    {
        if (path == "README.md") return "index.html";
        var place = path.StartsWith("docs/", StringComparison.Ordinal) ? path["docs/".Length..] : $"project/{path}";
        var folders = place.Split('/');
        folders[^1] = folders[^1] == "README.md" ? folders.Length == 1 ? "overview.html" : "index.html" : $"{Path.GetFileNameWithoutExtension(folders[^1]).ToLowerInvariant()}.html";
        return string.Join('/', folders);
    }

    private SitePage Read(string path)
    {
        var document = Markdown.Parse(sources.Read(path), s_pipeline);
        var headings = document.Descendants<HeadingBlock>().ToList();
        var title = headings.FirstOrDefault(static heading => heading.Level == 1) is { } first ? PlainText.Of(first.Inline) : throw new SiteException([$"{path} has no title"]);
        new MarkdownLinks(sources, path).Rewrite(document);
        var body = new StringWriter();
        var renderer = new HtmlRenderer(body);
        s_pipeline.Setup(renderer);
        renderer.ObjectRenderers.ReplaceOrAdd<CodeBlockRenderer>(new HighlightedCode());
        renderer.ObjectRenderers.ReplaceOrAdd<Markdig.Extensions.Tables.HtmlTableRenderer>(new PlainTable());
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlBlockRenderer>(new NoComments());
        renderer.Render(document);
        return new SitePage(Url(path), title, Groups.Of.First(group => path.StartsWith(group.Prefix, StringComparison.Ordinal)).Group, new Figures(sources, path).Inline(body.ToString()))
        {
            Headings = [.. headings.Where(static heading => heading.Level == 2).Select(static heading => (heading.GetAttributes().Id!, PlainText.Of(heading.Inline)))],
            Parts = [.. Parts(document)],
            ShortTitle = path switch { "README.md" => "At a glance", "docs/README.md" => "All pages", "docs/adr/README.md" => "All decisions", _ => null },
        };
    }

    private static IEnumerable<(string Heading, string Anchor, string Text)> Parts(MarkdownDocument document)
    {
        var (heading, anchor, text) = ("", "", new StringBuilder());
        foreach (var block in document)
        {
            if (block is HeadingBlock next)
            {
                if (text.Length > 0 || anchor.Length == 0) yield return (heading, anchor, text.ToString().Trim());
                (heading, anchor) = next.Level == 1 ? ("", "") : (PlainText.Of(next.Inline), next.GetAttributes().Id ?? "");
                text.Clear();
            }
            else
            {
                PlainText.Add(block, text);
            }
        }

        yield return (heading, anchor, text.ToString().Trim());
    }

    private static int IndexOf(IReadOnlyList<string> list, string item)
    {
        for (var i = 0; i < list.Count; i++)
            if (list[i] == item) return i;
        return list.Count;
    }
}
