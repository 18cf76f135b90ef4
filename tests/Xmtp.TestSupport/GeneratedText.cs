using Xunit;

namespace Xmtp.TestSupport;

/// <summary>Text of a document that is made from the code. A test keeps the two the same, and makes the text anew when it is told to.</summary>
public static class GeneratedText
{
    private const string Regenerate = "XMTP_REGENERATE";
    private const string End = "<!-- /generated -->";

    /// <summary>Checks a whole file.</summary>
    /// <param name="path">The file, relative to the repository's root.</param>
    /// <param name="expected">What it must hold.</param>
    /// <param name="source">What it is made from.</param>
    /// <param name="test">The class of the test that calls this.</param>
    public static void CheckFile(string path, string expected, string source, Type test)
    {
        var file = Repository.FullPath(path);
        if (Environment.GetEnvironmentVariable(Regenerate) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, expected);
        }

        var actual = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : null;
        Assert.True(
            actual == expected,
            $"{path} does not agree with {source}. Make it anew with:\n"
            + $"  {Regenerate}=1 dotnet test --project tests/{test.Assembly.GetName().Name} --filter-class {test.FullName}");
    }

    /// <summary>Checks the part of a file between <c>&lt;!-- generated: name --&gt;</c> and <c>&lt;!-- /generated --&gt;</c>.</summary>
    /// <param name="path">The file, relative to the repository's root.</param>
    /// <param name="name">Name of the part.</param>
    /// <param name="expected">What it must hold.</param>
    /// <param name="source">What it is made from.</param>
    /// <param name="test">The class of the test that calls this.</param>
    public static void CheckPart(string path, string name, string expected, string source, Type test)
    {
        var text = Repository.Read(path).ReplaceLineEndings("\n");
        var begin = $"<!-- generated: {name} -->\n";
        var first = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var last = text.IndexOf(End, Math.Max(first, 0), StringComparison.Ordinal);
        Assert.True(first >= begin.Length && last >= first, $"{path} has no part {begin.TrimEnd()} … {End}");
        CheckFile(path, $"{text[..first]}\n{expected.Trim('\n')}\n\n{text[last..]}", source, test);
    }
}
