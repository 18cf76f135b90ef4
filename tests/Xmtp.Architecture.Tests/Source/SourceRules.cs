using System.Text.RegularExpressions;

namespace Xmtp.Architecture.Tests.Source;

/// <summary>Rules that a file's text must keep. Words are put together here so that the rules do not find themselves.</summary>
internal static partial class SourceRules
{
    public const int LengthMaxLines = 400;

    private static readonly string[] BannedEverywhere = ["NotImplemented" + "Exception", "Thread." + "Sleep(", "TO" + "DO", "FIX" + "ME", "async " + "void "];
    private static readonly string[] BannedInTests = ["Task." + "Delay("];

    public static IEnumerable<Violation> BannedWords(string path, string text, bool isTest) =>
        BannedEverywhere.Concat(isTest ? BannedInTests : []).Where(word => text.Contains(word, StringComparison.Ordinal))
            .Select(word => new Violation(path, $"contains {word}"));

    public static IEnumerable<Violation> Length(string path, string text)
    {
        var lines = text.AsSpan().TrimEnd('\n').Count('\n') + 1;
        if (lines > LengthMaxLines) yield return new Violation(path, $"has {lines} lines, more than {LengthMaxLines}; split it");
    }

    /// <summary>Namespaces are file-scoped, so types of the first rank start a line.</summary>
    public static IEnumerable<Violation> OnePublicType(string path, string text)
    {
        var names = PublicType().Matches(text).Select(match => match.Groups["name"].Value).Distinct().ToList();
        if (names.Count > 1) yield return new Violation(path, $"holds several public types: {string.Join(", ", names)}");
        var file = Path.GetFileName(path);
        if (names.Count == 1 && !file.StartsWith(names[0], StringComparison.Ordinal)) yield return new Violation(path, $"holds the public type {names[0]}, whose name it should bear");
    }

    public static IEnumerable<Violation> TestNames(string path, string text) =>
        TestMethod().Matches(text).Select(match => match.Groups["name"].Value).Where(name => name.Count(character => character == '_') != 2)
            .Select(name => new Violation(path, $"the test {name} is not named Method_Condition_Result"));

    public static IEnumerable<Violation> MachinePaths(string path, string text, string root) =>
        MachinePath().Matches(text).Select(match => match.Value).Concat(text.Contains(root, StringComparison.Ordinal) ? [root] : []).Distinct()
            .Select(found => new Violation(path, $"names a path of one machine: {found}"));

    [GeneratedRegex(@"^public\s[^(={\r\n]*?\b(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+[\w<>?,.\s\[\]]+?)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"\[(?:Fact|Theory)\b[^\n]*\n(?:\s*\[[^\n]*\n)*\s*public\s+(?:async\s+)?\S+\s+(?<name>\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"(?<![\w.~$}/-])(?:/(?:home|Users|root|workspace|mnt)/[\w.-]+|[A-Za-z]:\\{1,2}Users\\{1,2}[\w.-]+)")]
    private static partial Regex MachinePath();
}
