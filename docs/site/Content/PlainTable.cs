using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;

namespace Xmtp.Site.Content;

/// <summary>A table that can be scrolled on a narrow screen, by keyboard too, and whose head is left out when it says nothing.</summary>
internal sealed class PlainTable : HtmlObjectRenderer<Table>
{
    protected override void Write(HtmlRenderer renderer, Table obj)
    {
        renderer.Write("<div class=\"table\" tabindex=\"0\"><table>\n");
        var rows = obj.Cast<TableRow>().ToList();
        var head = rows.Where(static row => row.IsHeader).ToList();
        if (head.Exists(static row => row.Cast<TableCell>().Any(static cell => !IsEmpty(cell))))
            Write(renderer, "thead", head);
        Write(renderer, "tbody", rows.Except(head));
        renderer.Write("</table></div>\n");
    }

    private static bool IsEmpty(TableCell cell)
    {
        var text = new StringBuilder();
        PlainText.Add(cell, text);
        return string.IsNullOrWhiteSpace(text.ToString());
    }

    private static void Write(HtmlRenderer renderer, string part, IEnumerable<TableRow> rows)
    {
        renderer.Write($"<{part}>\n");
        foreach (var row in rows)
        {
            renderer.Write("<tr>");
            foreach (var cell in row.Cast<TableCell>())
            {
                var kind = row.IsHeader && !IsEmpty(cell) ? "th" : "td";
                renderer.Write(kind == "th" ? "<th scope=\"col\">" : "<td>");
                var (paragraphs, trailing) = (renderer.ImplicitParagraph, renderer.EnableHtmlForBlock);
                renderer.ImplicitParagraph = true;
                renderer.Write(cell);
                (renderer.ImplicitParagraph, renderer.EnableHtmlForBlock) = (paragraphs, trailing);
                renderer.Write($"</{kind}>");
            }

            renderer.Write("</tr>\n");
        }

        renderer.Write($"</{part}>\n");
    }
}
