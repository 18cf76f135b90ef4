using System.Net;
using System.Reflection;
using System.Text;
using Xmtp.Site.Content;

namespace Xmtp.Site.Api;

/// <summary>The public face of the packages: a page for each package and one for each type, from the assemblies and their XML documentation.</summary>
internal sealed class ApiPages(SourceTree sources)
{
    // Made from .proto files, which are the contract; they have no documentation of their own.
    private static readonly string[] s_generated = ["Xmtp.Protocol.MessageApi", "Xmtp.Protocol.MessageContents", "Xmtp.Protocol.Network", "Xmtp.Client.Storage.Rows"];

    public IEnumerable<SitePage> Read()
    {
        var libraries = sources.Libraries.Select(static name => Assembly.Load(name)).ToList();
        var documentation = new XmlDocumentation(libraries);
        var types = libraries.SelectMany(static library => Types(library)).ToList();
        var urls = types.ToDictionary(static type => type, Url);
        var index = new StringBuilder("<h1>API reference</h1>\n<p>What programs compile against, from the code of the packages. Types that are made from the protocol's <code>.proto</code> files are not listed.</p>\n<dl>\n");
        foreach (var library in libraries)
        {
            var name = library.GetName().Name!;
            index.Append($"<dt><a href=\"{Urls.Relative("api/index.html", LibraryUrl(name))}\">{name}</a></dt><dd>{WebUtility.HtmlEncode(Description(name))}</dd>\n");
        }

        yield return Page("api/index.html", "API reference", index.Append("</dl>\n").ToString(), "What programs compile against", isListed: true);
        foreach (var library in libraries) yield return LibraryPage(library, documentation, urls);
        foreach (var type in types) yield return new TypePage(type, documentation, urls).Render();
    }

    /// <summary>The first sentence of the package's own readme.</summary>
    private string Description(string name) =>
        sources.Read($"src/{name}/README.md").Split('\n').FirstOrDefault(static line => line.Length > 0 && char.IsLetter(line[0]))?.Split(". ")[0].Replace("`", "", StringComparison.Ordinal).TrimEnd('.') ?? "";

    private static SitePage LibraryPage(Assembly library, XmlDocumentation documentation, Dictionary<Type, string> urls)
    {
        var name = library.GetName().Name!;
        var url = LibraryUrl(name);
        var body = new StringBuilder($"<h1>{name}</h1>\n<p class=\"kind\">Package</p>\n");
        foreach (var space in Types(library).GroupBy(static type => type.Namespace!).OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            body.Append($"<h2 id=\"{space.Key}\">{space.Key}</h2>\n<dl>\n");
            foreach (var type in space)
                body.Append($"<dt><a href=\"{Urls.Relative(url, urls[type])}\"><code>{WebUtility.HtmlEncode(Signatures.Name(type))}</code></a></dt><dd>{new DocText(documentation, urls, url).Summary(DocIds.Of(type))}</dd>\n");
            body.Append("</dl>\n");
        }

        return Page(url, name, body.ToString(), name, isListed: true);
    }

    private static SitePage Page(string url, string title, string body, string text, bool isListed) =>
        new(url, title, Groups.Api, body) { IsListed = isListed, Parts = [("", "", text)] };

    private static IEnumerable<Type> Types(Assembly library) => library.GetExportedTypes()
        .Where(static type => !Array.Exists(s_generated, prefix => type.Namespace?.StartsWith(prefix, StringComparison.Ordinal) == true))
        .OrderBy(static type => type.Namespace, StringComparer.Ordinal).ThenBy(static type => Signatures.Name(type), StringComparer.Ordinal);

    private static string LibraryUrl(string name) => $"api/{name.ToLowerInvariant()}/index.html";

    private static string Url(Type type) =>
        $"api/{type.Assembly.GetName().Name!.ToLowerInvariant()}/{DocIds.Of(type)[2..].ToLowerInvariant().Replace('`', '-')}.html";
}
