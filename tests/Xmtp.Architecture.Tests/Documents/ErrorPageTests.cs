using Xmtp.Protocol.Errors;

namespace Xmtp.Architecture.Tests.Documents;

public class ErrorPageTests
{
    private const string Regenerate = "XMTP_REGENERATE";

    [Fact]
    public void ErrorPage_Catalogue_AgreesWithIt()
    {
        var expected = ErrorPage.Generate();
        var file = Repository.FullPath(ErrorPage.Path);
        if (Environment.GetEnvironmentVariable(Regenerate) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, expected);
        }

        var actual = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : null;
        Assert.True(
            actual == expected,
            $"{ErrorPage.Path} does not agree with ErrorCatalogue. Make it anew with:\n"
            + $"  {Regenerate}=1 dotnet test --project tests/Xmtp.Architecture.Tests --filter-class {typeof(ErrorPageTests).FullName}");
    }

    [Fact]
    public void ErrorPage_EveryHelpLink_LeadsToAHeading()
    {
        var page = Repository.Read(ErrorPage.Path);
        Assert.All(ErrorCatalogue.All.Values, code =>
        {
            Assert.Equal($"{ErrorPage.Path}#{code.Id.ToLowerInvariant()}", code.HelpLink);
            Assert.Contains($"\n### {code.Id}\n", page, StringComparison.Ordinal);
        });
    }
}
