using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Xmtp.Site;

namespace Xmtp.Docs.Tests.Site;

/// <summary>What <c>./build.sh docs</c> makes.</summary>
public sealed partial class SiteTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    [Fact]
    public void Pages_EveryOne_IsReachedFromTheFirst()
    {
        var (reached, next) = (new HashSet<string>(), new Queue<string>(["index.html"]));
        while (next.TryDequeue(out var url))
        {
            if (!reached.Add(url)) continue;
            foreach (var (target, _) in Links(url)) next.Enqueue(target);
        }

        Assert.Empty(site.Pages.Keys.Except(reached));
        Assert.True(reached.Count > 200, "the API reference is missing");
    }

    [Fact]
    public void Links_EveryOne_LeadToAPageAndAPlaceInIt()
    {
        var broken = from url in site.Pages.Keys
                     from link in Links(url)
                     where !site.Pages.TryGetValue(link.Target, out var page) || (link.Anchor is not null && page.GetElementById(link.Anchor) is null)
                     select $"{url}: {link}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Pages_EveryOne_LoadsOnlyWhatLiesBesideIt() => Assert.All(site.Pages, page =>
    {
        // Anchors are followed by a reader; everything else that has an address is loaded by the browser.
        foreach (var (element, address) in page.Value.All.Where(static element => element.LocalName is not "a")
            .SelectMany(static element => new[] { "src", "href", "srcset", "data", "action", "xlink:href" }.Select(name => (element, element.GetAttribute(name))).Where(static pair => pair.Item2 is not null)))
        {
            if (address is "data:," || address!.StartsWith('#')) continue;
            Assert.True(!address.Contains(':') && !address.StartsWith("//", StringComparison.Ordinal) && site.Files.Contains(Resolve(page.Key, address)), $"{page.Key}: <{element.LocalName}> loads {address}");
        }

        Assert.Empty(page.Value.QuerySelectorAll("style, iframe, object, embed, form"));
        Assert.DoesNotContain(page.Value.All, static element => element.Attributes.Any(static attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal)));
        Assert.Contains("default-src 'none'", page.Value.QuerySelector("meta[http-equiv]")!.GetAttribute("content"), StringComparison.Ordinal);
    });

    [Fact]
    public void Assets_StylesAndScripts_AskForNothingElse()
    {
        Assert.Equal(["assets/search.js", "assets/site.css", "assets/site.js"], site.Files.Where(static file => !file.EndsWith(".html", StringComparison.Ordinal) && !file.StartsWith("images/", StringComparison.Ordinal)));
        Assert.All(["assets/site.css", "assets/site.js"], file => Assert.DoesNotMatch(Outside(), site.Read(file)));
    }

    [Fact]
    public void Pages_EveryOne_HasTheStructureOfADocument() => Assert.All(site.Pages, page =>
    {
        var document = page.Value;
        Assert.Equal("en", document.DocumentElement.GetAttribute("lang"));
        Assert.False(string.IsNullOrWhiteSpace(document.Title), page.Key);
        Assert.True(document.QuerySelectorAll("main h1").Length == 1 && document.QuerySelectorAll("main").Length == 1, $"{page.Key} has not one title");
        var ids = document.All.Select(static element => element.GetAttribute("id")).Where(static id => id is not null).ToList();
        Assert.True(ids.Count == ids.Distinct().Count(), $"{page.Key}: an id stands twice: {ids.GroupBy(static id => id).FirstOrDefault(static group => group.Count() > 1)?.Key}");
        var level = 0;
        foreach (var heading in document.QuerySelectorAll("main :is(h1, h2, h3, h4)"))
        {
            Assert.True(heading.LocalName[1] - '0' <= level + 1, $"{page.Key}: {heading.TextContent} skips a rank");
            level = heading.LocalName[1] - '0';
        }
    });

    [Fact]
    public void Titles_OfListedPages_DifferInTheirGroup() => Assert.All(
        site.Pages["index.html"].QuerySelectorAll("#ui-nav details"),
        static group => Assert.Distinct(group.QuerySelectorAll("a").Select(static link => link.TextContent)));

    [Fact]
    public void Search_Index_KnowsEveryPageAndPlace()
    {
        var index = site.Read("assets/search.js");
        var parts = JsonSerializer.Deserialize<string[][]>(index["window.xmtpSearch = ".Length..].TrimEnd('\n', ';'))!;
        Assert.Empty(site.Pages.Keys.Except(parts.Select(static part => part[0].Split('#')[0])));
        Assert.All(parts, part =>
        {
            var place = part[0].Split('#');
            Assert.True(site.Pages.TryGetValue(place[0], out var page) && (place.Length == 1 || page.GetElementById(place[1]) is not null), part[0]);
        });
        Assert.Contains(parts, static part => part[1] == "XmtpClient" && part[2] == "CreateAsync");
    }

    [Fact]
    public void Documents_EveryOneUnderDocs_IsAPageAndListedOnTheMap()
    {
        var map = site.Pages["overview.html"].QuerySelectorAll("main a").Select(static link => link.GetAttribute("href")!.Split('#')[0]).ToHashSet();
        var pages = site.Pages.Keys.Where(static url => !url.StartsWith("api/", StringComparison.Ordinal) && !url.StartsWith("project/", StringComparison.Ordinal) && !url.StartsWith("adr/0", StringComparison.Ordinal));
        Assert.Empty(pages.Except(map).Except(["index.html", "overview.html"]));
    }

    [Theory]
    [InlineData("a/b.html", "a/c.html", "c.html")]
    [InlineData("a/b.html", "index.html", "../index.html")]
    [InlineData("index.html", "a/b/c.html", "a/b/c.html")]
    [InlineData("a/b/c.html", "a/d/e.html", "../d/e.html")]
    public void Relative_TwoPages_LeadsFromOneToTheOther(string from, string to, string expected)
    {
        Assert.Equal(expected, Urls.Relative(from, to));
        Assert.Equal(to, Urls.Resolve(from, expected));
    }

    [Theory]
    [InlineData("<p><a href=\"b.html\">b</a></p>", "b.html does not exist")]
    [InlineData("<p><a href=\"#x\">x</a></p>", "#x has no such heading")]
    [InlineData("<p id=\"x\"><a href=\"a.html#x\">x</a> <a href=\"https://example.org\">y</a></p>", null)]
    public void Problems_Sample_AreFound(string body, string? problem)
    {
        var problems = LinkCheck.Problems([new SitePage("a.html", "a", "a", body)]).ToList();
        if (problem is null) Assert.Empty(problems);
        else Assert.EndsWith(problem, Assert.Single(problems), StringComparison.Ordinal);
    }

    private static string Resolve(string from, string target) => Urls.Resolve(from, target) ?? "";

    private IEnumerable<(string Target, string? Anchor)> Links(string url) =>
        from link in site.Pages[url].QuerySelectorAll("a")
        let href = link.GetAttribute("href")!
        where !href.Contains("://", StringComparison.Ordinal) && !href.StartsWith("mailto:", StringComparison.Ordinal)
        let parts = href.Split('#', 2)
        select (parts[0].Length == 0 ? url : Resolve(url, parts[0]), parts.Length == 2 ? parts[1] : null);

    [GeneratedRegex(@"https?:|url\(|@import|\bfetch\(|XMLHttpRequest|\beval\(")]
    private static partial Regex Outside();
}
