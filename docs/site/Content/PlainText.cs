using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Xmtp.Site.Content;

/// <summary>Markdown without its marks.</summary>
internal static class PlainText
{
    public static string Of(ContainerInline? inlines)
    {
        var text = new StringBuilder();
        if (inlines is not null) Add(inlines, text);
        return text.ToString();
    }

    public static void Add(Block block, StringBuilder text)
    {
        switch (block)
        {
            case HtmlBlock:
                break;
            case CodeBlock code:
                text.Append(code.Lines).Append('\n');
                break;
            case LeafBlock { Inline: { } inlines }:
                Add(inlines, text);
                text.Append(' ');
                break;
            case ContainerBlock container:
                foreach (var child in container) Add(child, text);
                if (block is TableRow) text.Append('\n');
                break;
        }
    }

    private static void Add(ContainerInline inlines, StringBuilder text)
    {
        foreach (var inline in inlines)
        {
            switch (inline)
            {
                case LiteralInline literal:
                    text.Append(literal.Content);
                    break;
                case CodeInline code:
                    text.Append(code.Content);
                    break;
                case LineBreakInline:
                    text.Append(' ');
                    break;
                case ContainerInline container:
                    Add(container, text);
                    break;
            }
        }
    }
}
