namespace Xmtp.Cli.Output;

/// <summary>Columns for people. Colours are put on after the widths are known.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    /// <summary>Lays rows out under a heading.</summary>
    /// <param name="heading">Names of the columns.</param>
    /// <param name="rows">Cells; as many as columns.</param>
    /// <param name="style">Styles a padded cell, given row and column; the heading is row -1.</param>
    public static string Of(IReadOnlyList<string> heading, IReadOnlyList<IReadOnlyList<string>> rows, Func<int, int, string, string> style)
    {
        var widths = heading.Select((name, column) => rows.Select(row => row[column].Length).Append(name.Length).Max()).ToList();
        string Line(IReadOnlyList<string> cells, int row) => string.Join(
            Gap, cells.Select((cell, column) => style(row, column, column == cells.Count - 1 ? cell : cell.PadRight(widths[column])))).TrimEnd();
        return string.Join(Environment.NewLine, rows.Select(Line).Prepend(Line(heading, -1)));
    }
}
