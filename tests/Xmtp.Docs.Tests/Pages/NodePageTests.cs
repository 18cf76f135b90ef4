using Xmtp.Docs.Tests.Markdown;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;

namespace Xmtp.Docs.Tests.Pages;

/// <summary>The page about running a node against the node.</summary>
public class NodePageTests
{
    [Fact]
    public void Table_NodeOptionList_AgreesWithIt() =>
        GeneratedText.CheckPart(NodeOptionTable.Path, "options", NodeOptionTable.Generate(), nameof(NodeOptionList), typeof(NodePageTests));

    [Fact]
    public void ConfigFile_InThePage_IsAccepted()
    {
        var example = Assert.Single(MarkdownFile.Get(NodeOptionTable.Path).Fences, fence => fence.Info == "json");
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, example.Text);
            var options = NodeOptionsLoader.Load(new Dictionary<string, IReadOnlyList<string>> { ["config"] = [file] }, new Dictionary<string, string>());
            Assert.NotEqual(new NodeOptions(), options);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void ExitCodes_InThePage_AreThoseOfTheProgram() => Assert.Equal(
        [NodeProgram.Stopped, NodeProgram.Failed, NodeProgram.OptionsWrong, NodeProgram.CannotStart],
        MarkdownFile.Get(NodeOptionTable.Path).Rows("### Exit codes").Select(cells => int.Parse(cells[0], System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Flags_InThePage_AreKnown() => Assert.All(
        MarkdownFile.Get(NodeOptionTable.Path).Code.SelectMany(code => code.Text.Split(' ')).Where(word => word.StartsWith("--", StringComparison.Ordinal)),
        flag => Assert.True(flag == "--config" || NodeOptionList.All.Any(option => flag == "--" + option.Name), flag));
}
