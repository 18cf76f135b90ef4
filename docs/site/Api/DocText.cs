using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Xmtp.Site.Api;

/// <summary>Text of XML documentation as HTML. References to our own types become links.</summary>
internal sealed partial class DocText
{
    private readonly XmlDocumentation _documentation;
    private readonly Dictionary<string, string> _links;

    public DocText(XmlDocumentation documentation, IReadOnlyDictionary<Type, string> urls, string url)
    {
        _documentation = documentation;
        _links = urls.ToDictionary(static entry => DocIds.Of(entry.Key), entry => Urls.Relative(url, entry.Value), StringComparer.Ordinal);
    }

    public string Summary(string id) => Render(_documentation.Find(id)?.Element("summary"));

    public string Render(XElement? element)
    {
        var html = new StringBuilder();
        foreach (var node in element?.Nodes() ?? []) Add(node, html);
        return html.ToString().Trim();
    }

    /// <summary>Without any mark, for the search.</summary>
    public static string Plain(string html) => WebUtility.HtmlDecode(Tag().Replace(html, ""));

    private void Add(XNode node, StringBuilder html)
    {
        if (node is XText text) html.Append(WebUtility.HtmlEncode(Space().Replace(text.Value, " ")));
        if (node is not XElement element) return;
        switch (element.Name.LocalName)
        {
            case "see" or "seealso":
                html.Append(Reference(element));
                break;
            case "paramref" or "typeparamref":
                html.Append($"<code>{WebUtility.HtmlEncode(element.Attribute("name")!.Value)}</code>");
                break;
            case "c":
                html.Append($"<code>{WebUtility.HtmlEncode(element.Value)}</code>");
                break;
            case "code":
                html.Append($"<code>{WebUtility.HtmlEncode(element.Value.Trim())}</code>");
                break;
            case "para":
                html.Append("<br><br>").Append(Render(element));
                break;
            case "list":
                html.Append("<br>").AppendJoin("<br>", element.Elements("item").Select(item => $"• {Render(item.Element("description") ?? item)}"));
                break;
            default:
                html.Append(Render(element));
                break;
        }
    }

    private string Reference(XElement element)
    {
        if (element.Attribute("langword") is { } word) return $"<code>{word.Value}</code>";
        if (element.Attribute("cref")?.Value is not { } id) return Render(element);
        var owner = id[0] == 'T' ? id : $"T:{id[2..].Split('(')[0][..Math.Max(0, id[2..].Split('(')[0].LastIndexOf('.'))]}";
        var name = Short(id);
        return _links.TryGetValue(owner, out var link) ? $"<a href=\"{link}\"><code>{name}</code></a>" : $"<code>{name}</code>";
    }

    // T:A.B.C is C; M:A.B.C.D(…) is C.D.
    private static string Short(string id)
    {
        var parts = Arity().Replace(id[2..].Split('(')[0], "").Split('.');
        var name = id[0] == 'T' || parts.Length < 2 ? parts[^1] : $"{parts[^2]}.{parts[^1]}";
        return WebUtility.HtmlEncode(name.Replace(".#ctor", "", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    [GeneratedRegex("`+[0-9]+")]
    private static partial Regex Arity();
}
