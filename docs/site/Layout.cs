using System.Net;
using System.Text;

namespace Xmtp.Site;

/// <summary>The frame around every page: where the reader is, what else there is, and how to find it.</summary>
internal sealed class Layout(IReadOnlyList<SitePage> pages)
{
    private const string SiteTitle = "XMTP for .NET";

    public string Render(SitePage page)
    {
        string To(string url) => Urls.Relative(page.Url, url);
        var title = page.Title == SiteTitle ? SiteTitle : $"{page.Title} · {SiteTitle}";

        // The theme is set before anything is painted. Styles and scripts come from beside the page and from nowhere else.
        return $"""
            <!DOCTYPE html>
            <html lang="en" data-root="{To("")}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self' file:; script-src 'self' file:; img-src 'self' file: data:; base-uri 'none'; form-action 'none'">
            <title>{Encode(title)}</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="{To("assets/site.css")}">
            <script src="{To("assets/site.js")}"></script>
            </head>
            <body>
            <a class="skip" href="#ui-main">Skip to the text</a>
            <header>
            <a class="home" href="{To("index.html")}">{SiteTitle}</a>
            <div class="search" role="search">
            <input id="ui-search" type="search" placeholder="Search  /" aria-label="Search the documentation" autocomplete="off" spellcheck="false">
            <div id="ui-results" hidden></div>
            <p id="ui-found" class="hidden" role="status"></p>
            </div>
            <button id="ui-theme" type="button" aria-label="Switch between light and dark">◐</button>
            <button id="ui-menu" type="button" aria-expanded="false" aria-controls="ui-nav">Contents</button>
            </header>
            <div class="page">
            <nav id="ui-nav" aria-label="Contents">
            {Navigation(page)}</nav>
            <main id="ui-main">
            {page.Body}</main>
            {Toc(page)}</div>
            <footer><p>{SiteTitle}: made from the repository's own documents and code. It asks for nothing outside this folder.</p></footer>
            </body>
            </html>

            """;
    }

    private string Navigation(SitePage current)
    {
        var html = new StringBuilder();
        foreach (var group in pages.Where(static page => page.IsListed).GroupBy(static page => page.Group).OrderBy(static group => Groups.Order.IndexOf(group.Key)))
        {
            html.Append($"<details{(group.Key == current.Group || group.Key == Groups.Start ? " open" : "")}><summary>{Encode(group.Key)}</summary>\n<ul>\n");
            foreach (var page in group)
                html.Append($"<li><a href=\"{Urls.Relative(current.Url, page.Url)}\"{(page == current ? " aria-current=\"page\"" : "")}>{Encode(page.ShortTitle ?? page.Title)}</a></li>\n");
            html.Append("</ul></details>\n");
        }

        return html.ToString();
    }

    private static string Toc(SitePage page)
    {
        if (page.Headings.Count < 2) return "";
        var html = new StringBuilder("<nav class=\"toc\" aria-label=\"On this page\">\n<p>On this page</p>\n<ul>\n");
        foreach (var (anchor, text) in page.Headings) html.Append($"<li><a href=\"#{anchor}\">{Encode(text)}</a></li>\n");
        return html.Append("</ul>\n</nav>\n").ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
