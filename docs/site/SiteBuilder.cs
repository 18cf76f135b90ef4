using System.Text;
using Xmtp.Site.Api;
using Xmtp.Site.Content;

namespace Xmtp.Site;

/// <summary>
/// Makes the whole site: pages of Markdown, the API reference of the packages, and an index to search in. The result needs no server
/// and asks for nothing outside its folder.
/// </summary>
public static class SiteBuilder
{
    /// <summary>Builds the site anew.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="output">The folder; what is in it is removed.</param>
    /// <returns>How many pages there are.</returns>
    /// <exception cref="SiteException">A link leads nowhere.</exception>
    public static int Build(string root, string output)
    {
        var sources = new SourceTree(root);
        var pages = new MarkdownPages(sources).Read();
        List<SitePage> all = [.. pages, .. new ApiPages(sources).Read()];
        var problems = LinkCheck.Problems(all).ToList();
        if (problems.Count > 0) throw new SiteException(problems);

        if (Directory.Exists(output)) Directory.Delete(output, recursive: true);
        var layout = new Layout(all);
        foreach (var page in all) Write(output, page.Url, layout.Render(page));
        Write(output, "assets/search.js", SearchIndex.Write(all));
        foreach (var asset in Assets.Names) Write(output, $"assets/{asset}", Assets.Read(asset));
        foreach (var picture in sources.Pictures) Write(output, Path.GetRelativePath("docs", picture), sources.ReadBytes(picture));
        return all.Count;
    }

    private static void Write(string output, string url, string text) => Write(output, url, Encoding.UTF8.GetBytes(text));

    private static void Write(string output, string url, byte[] content)
    {
        var path = Path.Combine(output, url);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
