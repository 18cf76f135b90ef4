using System.Text.Json;
using Xmtp.Cli.Checks;
using Xmtp.Docs.Tests.Markdown;

namespace Xmtp.Docs.Tests.Pages;

/// <summary>The page about networks against the check that it explains.</summary>
public class NetworkPageTests
{
    [Fact]
    public void Kinds_OfTheCheck_AreAllExplained() => Assert.Equal(
        Enum.GetNames<CheckKind>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName),
        MarkdownFile.Get("docs/operating/network.md").Rows("### What the results mean").Select(cells => cells[0].Trim('`')));
}
