using Xmtp.Docs.Tests.Markdown;

namespace Xmtp.Docs.Tests.Snippets;

/// <summary>C# in documents is C# that tests run.</summary>
public class SnippetTests
{
    [Fact]
    public void Fences_OfCSharp_BelongToARegion() => Assert.All(CSharpFences(), place =>
    {
        var where = $"{place.File.Path}({place.Fence.Line})";
        Assert.True(place.Fence.Snippet is not null, $"{where}: no <!-- snippet: name --> and <!-- /snippet --> around this");
        Assert.True(SnippetRegions.All.ContainsKey(place.Fence.Snippet), $"{where}: there is no region snippet:{place.Fence.Snippet}");
    });

    [Fact]
    public void Documents_WithSnippets_HoldWhatTheRegionsHold() => Assert.All(
        CSharpFences().Select(place => place.File).Distinct(),
        file => GeneratedText.CheckFile(file.Path, WithSnippets(file), "the regions of its snippets", typeof(SnippetTests)));

    [Fact]
    public void Regions_EveryOne_StandsInADocument() =>
        Assert.Empty(SnippetRegions.All.Keys.Except(CSharpFences().Select(place => place.Fence.Snippet)));

    [Fact]
    public void ReadMe_QuickStart_HasTenLinesAtMost() => Assert.InRange(SnippetRegions.All["quick-start"].Split('\n').Length, 5, 10);

    [Theory]
    [InlineData("    [Fact]\n    public void A()\n    {\n        #region snippet:a\n        x();\n        #endregion\n    }\n", true)]
    [InlineData("    [Fact]\n    public void A()\n    {\n    }\n\n    private void B()\n    {\n        #region snippet:a\n        x();\n        #endregion\n    }\n", false)]
    [InlineData("#region snippet:a\npublic sealed class X;\n#endregion\n    new X();\n", true)]
    [InlineData("#region snippet:a\npublic sealed class X;\n#endregion\n", false)]
    public void Read_Sample_IsRunByATest(string text, bool expected)
    {
        var failure = Record.Exception(() => SnippetRegions.Read("sample.cs", text).ToList());
        Assert.Equal(expected, failure is null);
    }

    private static string WithSnippets(MarkdownFile file)
    {
        var lines = file.Lines.ToList();
        foreach (var fence in file.Fences.Reverse())
        {
            if (fence.Snippet is null || !SnippetRegions.All.TryGetValue(fence.Snippet, out var text)) continue;
            lines.RemoveRange(fence.Line, fence.LineCount);
            lines.InsertRange(fence.Line, text.Split('\n'));
        }

        return string.Join('\n', lines);
    }

    private static IEnumerable<(MarkdownFile File, Fence Fence)> CSharpFences() =>
        from file in MarkdownFile.All
        from fence in file.Fences
        where fence.Info is "csharp" or "cs" or "c#"
        select (file, fence);
}
