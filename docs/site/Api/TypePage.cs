using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Xml.Linq;
using Xmtp.Site.Content;

namespace Xmtp.Site.Api;

/// <summary>One type with its members.</summary>
internal sealed class TypePage
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly Type _type;
    private readonly XmlDocumentation _documentation;
    private readonly DocText _text;
    private readonly string _url;
    private readonly StringBuilder _body = new();
    private readonly List<(string, string, string)> _parts = [];
    private readonly HashSet<string> _anchors = new(StringComparer.Ordinal);

    public TypePage(Type type, XmlDocumentation documentation, IReadOnlyDictionary<Type, string> urls) =>
        (_type, _documentation, _url, _text) = (type, documentation, urls[type], new DocText(documentation, urls, urls[type]));

    public SitePage Render()
    {
        var (name, about) = (Signatures.Name(_type), _documentation.Find(DocIds.Of(_type)));
        var summary = _text.Render(about?.Element("summary"));
        _body.Append($"<h1>{Encode(name)}</h1>\n<p class=\"kind\"><code>{_type.Namespace}</code>, package <a href=\"index.html\">{_type.Assembly.GetName().Name}</a></p>\n<p>{summary}</p>\n");
        _body.Append($"<pre tabindex=\"0\"><code>{Highlighter.Colour(Signatures.Of(_type), "csharp")}</code></pre>\n");
        Describe(about, isType: true);
        _parts.Add(("", "", DocText.Plain(summary)));
        if (!_type.IsSubclassOf(typeof(Delegate)))
        {
            if (!_type.IsEnum) Section("Constructors", _type.GetConstructors(BindingFlags.Public | BindingFlags.Instance));
            Section(_type.IsEnum ? "Values" : "Fields", _type.GetFields(Declared).Where(static field => !field.IsSpecialName));
            Section("Properties", _type.GetProperties(Declared));
            Section("Methods", _type.GetMethods(Declared).Where(static method => !method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)));
            Section("Events", _type.GetEvents(Declared));
        }

        return new SitePage(_url, name, Groups.Api, _body.ToString()) { IsListed = false, Parts = _parts };
    }

    private void Section(string title, IEnumerable<MemberInfo> members)
    {
        var shown = members.Where(IsShown).ToList();
        if (_type.IsEnum) shown.Sort((one, other) => ValueOf(one).CompareTo(ValueOf(other)));
        else shown.Sort(static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        if (shown.Count == 0) return;
        _body.Append($"<h2 id=\"{title.ToLowerInvariant()}\">{title}</h2>\n");
        foreach (var member in shown) Member(member);
    }

    private static ulong ValueOf(MemberInfo value) => unchecked((ulong)Convert.ToInt64(((FieldInfo)value).GetRawConstantValue(), System.Globalization.CultureInfo.InvariantCulture));

    private void Member(MemberInfo member)
    {
        var id = DocIds.Of(member);
        var name = member is ConstructorInfo ? Signatures.Name(_type).Split('<')[0] : member.Name.StartsWith("op_", StringComparison.Ordinal) ? $"operator {member.Name[3..]}" : member.Name;
        var anchor = name.ToLowerInvariant().Replace(' ', '-');
        for (var i = 1; !_anchors.Add(anchor); i++) anchor = $"{anchor.Split("--")[0]}--{i}";
        var about = _documentation.Find(id);

        // A member that a record's first line declares is told of there.
        var summary = about is null
            ? _text.Render(_documentation.Find(DocIds.Of(_type))?.Elements("param").FirstOrDefault(parameter => parameter.Attribute("name")?.Value == member.Name))
            : _text.Render(about.Element("summary"));
        _body.Append($"<section class=\"member\"><h3 id=\"m-{anchor}\">{Encode(name)}</h3>\n<p>{summary}</p>\n<pre tabindex=\"0\"><code>{Highlighter.Colour(Signatures.Of(member), "csharp")}</code></pre>\n");
        Describe(about, isType: false);
        _body.Append("</section>\n");
        _parts.Add((name, $"m-{anchor}", DocText.Plain(summary)));
    }

    private void Describe(XElement? about, bool isType)
    {
        if (about?.Element("remarks") is { } remarks) _body.Append($"<p>{_text.Render(remarks)}</p>\n");
        var items = new List<(string Term, string Text)>();
        if (!isType || _type.IsSubclassOf(typeof(Delegate)))
            items.AddRange((about?.Elements("param") ?? []).Select(parameter => ($"<code>{parameter.Attribute("name")!.Value}</code>", _text.Render(parameter))));
        items.AddRange((about?.Elements("typeparam") ?? []).Select(parameter => ($"<code>{parameter.Attribute("name")!.Value}</code>", _text.Render(parameter))));
        if (about?.Element("returns") is { } returns) items.Add(("Returns", _text.Render(returns)));
        items.AddRange((about?.Elements("exception") ?? []).Select(thrown => ($"Throws <code>{Encode(thrown.Attribute("cref")!.Value.Split('.')[^1])}</code>", _text.Render(thrown))));
        if (items.Count == 0) return;
        _body.Append("<dl>\n");
        foreach (var (term, text) in items) _body.Append($"<dt>{term}</dt><dd>{text}</dd>\n");
        _body.Append("</dl>\n");
    }

    // What the compiler writes for records, and what every object has.
    private static bool IsShown(MemberInfo member) => !member.IsDefined(typeof(CompilerGeneratedAttribute)) && member.Name[0] != '<'
        && member is not MethodInfo { Name: "Equals" or "GetHashCode" or "ToString" or "Deconstruct" or "op_Equality" or "op_Inequality" }
        && member is not PropertyInfo { Name: "EqualityContract" };

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
