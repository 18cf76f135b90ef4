using System.Buffers;
using System.Globalization;
using System.Text;

namespace Xmtp.ContentTypes;

/// <summary>Makes a file name that a stranger chose safe to save under.</summary>
internal static class FileNames
{
    private const int LengthMaxBytes = 200;
    private const int ExtensionLengthMax = 16;
    private const string Nameless = "attachment";

    private static readonly SearchValues<char> Separators = SearchValues.Create("/\\");
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>:\"|?*");

    public static string MakeSafe(string fileName)
    {
        var name = fileName.AsSpan();
        name = name[(name.LastIndexOfAny(Separators) + 1)..];
        var kept = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (IsKept(rune)) kept.Append(rune.ToString());
        }

        // Windows drops dots and spaces at the end, and a dot at the start hides a file elsewhere.
        var safe = kept.ToString().Trim(' ', '.');
        if (safe.Length == 0) return Nameless;
        return Shorten(IsReserved(safe) ? "_" + safe : safe);
    }

    // Format characters include those that turn the direction of text, which make "exe.png" of "gnp.exe".
    private static bool IsKept(Rune rune) =>
        !(rune.IsBmp && Forbidden.Contains((char)rune.Value)) && rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not
            (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    private static bool IsReserved(string name)
    {
        var stem = name.AsSpan();
        var dot = stem.IndexOf('.');
        if (dot >= 0) stem = stem[..dot];
        stem = stem.TrimEnd(' ');
        if (stem.Length == 4 && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase)))
        {
            return char.IsDigit(stem[3]) || stem[3] is '¹' or '²' or '³';
        }

        return stem.Length == 3 && (stem.Equals("CON", StringComparison.OrdinalIgnoreCase) || stem.Equals("PRN", StringComparison.OrdinalIgnoreCase)
            || stem.Equals("AUX", StringComparison.OrdinalIgnoreCase) || stem.Equals("NUL", StringComparison.OrdinalIgnoreCase));
    }

    private static string Shorten(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= LengthMaxBytes) return name;
        var dot = name.LastIndexOf('.');
        var extension = dot >= 0 && name.Length - dot <= ExtensionLengthMax ? name[dot..] : string.Empty;
        var room = LengthMaxBytes - Encoding.UTF8.GetByteCount(extension);
        var stem = new StringBuilder();
        foreach (var rune in name.AsSpan(0, name.Length - extension.Length).EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0) break;
            stem.Append(rune.ToString());
        }

        return stem.Append(extension).ToString();
    }
}
