using System.Text;

namespace Xmtp.Cli.Manual;

/// <summary>Text with the macros of man(7).</summary>
internal sealed class Roff
{
    private readonly StringBuilder _text = new();

    public void Title(string name, int section, string source) => Line($".TH {name} {section} \"\" \"{source}\" \"User Commands\"");

    public void Section(string name) => Line($".SH \"{name}\"");

    public void Subsection(string name) => Line($".SS \"{Escape(name).Replace("\"", "\\(dq", StringComparison.Ordinal)}\"");

    public void Paragraph(string text)
    {
        Line(".PP");
        Text(text);
    }

    /// <summary>A term with what it means.</summary>
    public void Item(string term, string text)
    {
        Line(".TP");
        Line($".B {Escape(term)}");
        Text(text);
    }

    /// <summary>A command as it is typed, with what it does.</summary>
    public void Example(string text, string command)
    {
        Paragraph(text);
        Line(".RS 4");
        Line(".nf");
        Text(command);
        Line(".fi");
        Line(".RE");
    }

    /// <summary>A line that has its escapes already.</summary>
    public void Raw(string line) => Line(line);

    public override string ToString() => _text.ToString();

    /// <summary>What roff would take for its own: the escape character, dashes, quotes, and anything that is not ASCII.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value switch
            {
                '\\' => "\\e",
                '-' => "\\-",
                '\'' => "\\(aq",
                '`' => "\\(ga",
                '~' => "\\(ti",
                '^' => "\\(ha",
                > 126 => $"\\[u{rune.Value:X4}]",
                _ => rune.ToString(),
            });
        }

        return escaped.ToString();
    }

    private void Text(string text)
    {
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var escaped = Escape(line);
            // A dot or a quote at the beginning would be a request.
            Line(escaped is ['.' or '\'', ..] ? $"\\&{escaped}" : escaped);
        }
    }

    private void Line(string line) => _text.Append(line).Append('\n');
}
