namespace Xmtp.Architecture.Tests.Source;

public class SourceRuleTests
{
    private static readonly Exemptions LongFiles = new();

    private static readonly Exemptions Words = new();

    private static readonly Exemptions Paths = new(
        ("tests/Xmtp.Architecture.Tests/Source/SourceRuleTests.cs", "holds samples of what the rule finds"));

    [Fact]
    public void Sources_Length_StaysWithinTheLimit() =>
        LongFiles.Check(Repository.CSharp("src").SelectMany(path => SourceRules.Length(path, Repository.Read(path))));

    [Fact]
    public void Sources_EveryFile_HoldsOnePublicTypeAndBearsItsName() =>
        Exemptions.None.Check(Repository.CSharp("src").SelectMany(path => SourceRules.OnePublicType(path, Repository.Read(path))));

    [Fact]
    public void Code_BannedWords_AreAbsent() => Words.Check(
        from folder in new[] { "src", "tests", "samples", "benchmarks", "fuzz" }
        from path in Repository.CSharp(folder)
        from violation in SourceRules.BannedWords(path, Repository.Read(path), isTest: folder == "tests")
        select violation);

    [Fact]
    public void Tests_Names_TellMethodConditionResult() =>
        Exemptions.None.Check(Repository.CSharp("tests").SelectMany(path => SourceRules.TestNames(path, Repository.Read(path))));

    [Fact]
    public void Files_OfEveryKind_NameNoPathOfOneMachine() => Paths.Check(
        from path in Repository.Files
        let text = Repository.ReadText(path)
        where text is not null
        from violation in SourceRules.MachinePaths(path, text, Repository.Root)
        select violation);

    [Fact]
    public void Repository_Files_AreFound()
    {
        Assert.Contains("Xmtp.slnx", Repository.Files);
        Assert.Contains("src/Xmtp.Protocol/Limits.cs", Repository.Files);
        Assert.DoesNotContain(Repository.Files, path => path.Contains("/obj/", StringComparison.Ordinal) || path.StartsWith(".git/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("namespace A;\n\npublic sealed class B\n{\n    public class Nested;\n}\n", null)]
    [InlineData("public readonly record struct B(int C);\ninternal class D;\n", null)]
    [InlineData("public interface IB;\npublic interface IB<T>;\n", "should bear")]
    [InlineData("public class B;\npublic enum C\n{\n}\n", "B, C")]
    [InlineData("public abstract record B;\npublic sealed record C : B;\n", "B, C")]
    [InlineData("public delegate Task<int> B(int count);\npublic class C;\n", "B, C")]
    [InlineData("public static partial class Other\n{\n}\n", "should bear")]
    public void OnePublicType_Sample_IsJudged(string text, string? finding) =>
        AssertJudged(finding, SourceRules.OnePublicType("src/A/B.cs", text));

    [Theory]
    [InlineData("[Fact]\npublic void A_B_C()\n", null)]
    [InlineData("[Theory]\n[InlineData(1)]\n[InlineData(2)]\npublic async Task A_B_C(int x)\n", null)]
    [InlineData("[Fact(Skip = \"x\")]\n    public void Works()\n", "Works")]
    [InlineData("[Theory]\n    [InlineData(1)]\n    public async Task A_B(int x)\n", "A_B")]
    public void TestNames_Sample_IsJudged(string text, string? finding) => AssertJudged(finding, SourceRules.TestNames("tests/A.cs", text));

    [Theory]
    [InlineData("see docs/home/page and https://example.com/home/list, or ~/code/x", null)]
    [InlineData("cd \"$HOME/code/x\"; ls ${dir}/mnt/a", null)]
    [InlineData("in /home/somebody/code", "/home/somebody")]
    [InlineData("path=/Users/somebody", "/Users/somebody")]
    [InlineData("(/workspace/somewhere)", "/workspace/somewhere")]
    [InlineData("at C:\\Users\\somebody\\x", "C:\\Users\\somebody")]
    [InlineData("built in /opt/tree/src", "/opt/tree")]
    public void MachinePaths_Sample_IsJudged(string text, string? finding) => AssertJudged(finding, SourceRules.MachinePaths("a", text, "/opt/tree"));

    [Fact]
    public void BannedWords_Sample_IsJudged()
    {
        var sample = "await Task." + "Delay(5);";
        Assert.Empty(SourceRules.BannedWords("a", sample, isTest: false));
        Assert.Single(SourceRules.BannedWords("a", sample, isTest: true));
        Assert.Single(SourceRules.BannedWords("a", "throw new NotImplemented" + "Exception();", isTest: false));
    }

    [Fact]
    public void Length_AtTheLimit_IsJudged()
    {
        var lines = string.Concat(Enumerable.Repeat("x\n", SourceRules.LengthMaxLines));
        Assert.Empty(SourceRules.Length("a", lines));
        Assert.Single(SourceRules.Length("a", lines + "x\n"));
    }

    private static void AssertJudged(string? finding, IEnumerable<Violation> violations)
    {
        var texts = violations.Select(violation => violation.Text).ToList();
        if (finding is null) Assert.Empty(texts);
        else Assert.Contains(finding, Assert.Single(texts), StringComparison.Ordinal);
    }
}
