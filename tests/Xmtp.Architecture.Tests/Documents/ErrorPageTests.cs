using Xmtp.Protocol.Errors;

namespace Xmtp.Architecture.Tests.Documents;

public class ErrorPageTests
{
    [Fact]
    public void ErrorPage_Catalogue_AgreesWithIt() =>
        GeneratedText.CheckFile(ErrorPage.Path, ErrorPage.Generate(), nameof(ErrorCatalogue), typeof(ErrorPageTests));

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
