using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Xmtp.Site;

namespace Xmtp.Docs.Tests.Site;

/// <summary>The site as it is built, and each page as a strict parser reads it.</summary>
public sealed class SiteFixture : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("xmtp-site-");

    public SiteFixture()
    {
        SiteBuilder.Build(Repository.Root, _directory.FullName);
        Files = [.. Directory.GetFiles(_directory.FullName, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_directory.FullName, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

        // Strict: what a browser would silently put right is a failure here.
        var parser = new HtmlParser(new HtmlParserOptions { IsStrictMode = true });
        Pages = Files.Where(static file => file.EndsWith(".html", StringComparison.Ordinal)).ToDictionary(static file => file, file => parser.ParseDocument(Read(file)));
    }

    public IReadOnlyList<string> Files { get; }

    internal IReadOnlyDictionary<string, IHtmlDocument> Pages { get; }

    public string Read(string file) => File.ReadAllText(Path.Combine(_directory.FullName, file));

    public void Dispose()
    {
        foreach (var page in Pages.Values) page.Dispose();
        _directory.Delete(recursive: true);
    }
}
