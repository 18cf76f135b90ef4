using System.Globalization;

namespace Xmtp.Interop.Scale;

/// <summary>One text: who wrote it in which conversation, and as the how-manieth there.</summary>
internal readonly record struct Line(int Conversation, string Writer, int Number)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Conversation} {Writer} {Number}");

    public static Line Parse(string text)
    {
        var parts = text.Split(' ');
        return new Line(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// How often one comes after a later one of the same writer in the same conversation.
    /// </summary>
    public static int CountInversions(IEnumerable<Line> lines) =>
        lines.GroupBy(static line => (line.Conversation, line.Writer)).Sum(static group =>
        {
            var (last, count) = (-1, 0);
            foreach (var line in group)
            {
                if (line.Number < last) count++;
                last = Math.Max(last, line.Number);
            }

            return count;
        });
}
