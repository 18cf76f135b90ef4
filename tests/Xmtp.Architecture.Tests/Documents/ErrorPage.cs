using System.Reflection;
using System.Text;
using System.Xml.Linq;
using Xmtp.Protocol.Errors;

namespace Xmtp.Architecture.Tests.Documents;

/// <summary>The reference page of errors, made from the catalogue and the documentation comments in it.</summary>
internal static class ErrorPage
{
    public const string Path = "docs/reference/errors.md";

    private static readonly (char Digit, string Title)[] Chapters =
    [
        ('1', "What a caller sent"),
        ('2', "Who the caller is"),
        ('3', "The state of the node"),
        ('4', "The client's own"),
    ];

    public static string Generate()
    {
        var meanings = ReadMeanings();
        var page = new StringBuilder();
        page.Append("""
            # Errors

            Every failure of the node and the client has an id that never changes its meaning. Exceptions carry it
            (`XmtpException.Code`), and logs and the command print it.

            *Retry* says whether the same call, unchanged, may succeed later.

            This page is made from `ErrorCatalogue`; a test keeps the two the same and says how to make it anew.

            """);
        foreach (var (digit, title) in Chapters)
        {
            page.Append($"\n## {title}\n");
            foreach (var code in ErrorCatalogue.All.Values.Where(code => code.Id["XMTP".Length] == digit).OrderBy(code => code.Id, StringComparer.Ordinal))
            {
                page.Append($"\n### {code.Id}\n\n**{code.Name}** · gRPC status `{code.Status}` ({(int)code.Status}) · retry: {(code.Retryable ? "yes" : "no")}\n");
                page.Append($"\n{meanings[code.Id]}\n\n{code.Advice}\n");
            }
        }

        return page.ToString();
    }

    // The compiler writes documentation comments beside the assembly.
    private static Dictionary<string, string> ReadMeanings()
    {
        var assembly = typeof(ErrorCatalogue).Assembly;
        var file = System.IO.Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        var members = XDocument.Load(file).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!);
        return typeof(ErrorCatalogue).GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(
            field => ((ErrorCode)field.GetValue(null)!).Id, field => Render(members[$"F:{typeof(ErrorCatalogue).FullName}.{field.Name}"]));
    }

    private static string Render(XElement summary)
    {
        var text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "see" } see => $"`{string.Join('.', see.Attribute("cref")!.Value.Split('.')[^2..])}`",
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            _ => node.ToString(),
        }));
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
