using System.Text.Json.Nodes;
using Xmtp.Docs.Tests.Markdown;
using Xmtp.Node.Options;
using Xmtp.TestNetwork;

namespace Xmtp.Docs.Tests.Pages;

/// <summary>The page about the picture of the network against what two nodes answer.</summary>
public class NetworkPicturePageTests
{
    private static readonly Uri s_path = new("/network", UriKind.Relative);

    private static MarkdownFile Page { get; } = MarkdownFile.Get("docs/reference/network-picture.md");

    [Fact]
    public async Task Members_OfTheAnswer_AreThoseOfThePage()
    {
        await using var mesh = await TestMesh.StartAsync(2, static options => options with { Store = StoreKind.Memory, Authentication = false });
        using var http = new HttpClient { BaseAddress = mesh.Nodes[0].HttpAddress };
        using var body = new StringContent("""{"envelopes":[{"contentTopic":"/xmtp/0/m-page/proto","timestampNs":"7","message":"aGk="}]}""", null, "application/json");
        using var published = await http.PostAsync(new Uri("/message/v1/publish", UriKind.Relative), body, TestContext.Current.CancellationToken);
        await mesh.SettledAsync();
        var picture = JsonNode.Parse(await http.GetStringAsync(s_path, TestContext.Current.CancellationToken))!.AsObject();
        AssertMembers(picture);
        Assert.Equal(2, picture["nodes"]!.AsArray().Count);
    }

    [Fact]
    public void Members_OfTheExample_AreThoseOfThePage() => AssertMembers(JsonNode.Parse(Assert.Single(Page.Fences, static fence => fence.Info == "json").Text)!.AsObject());

    private static void AssertMembers(JsonObject picture)
    {
        Assert.Equal(Members("## The object"), Names(picture));
        Assert.Equal(Members("### `nodes`"), Names(picture["nodes"]![0]!));
        Assert.Equal(Members("### `links`"), Names(picture["links"]![0]!));
        var log = picture["logs"]![0]!;
        var rows = Members("### `logs`").ToList();
        Assert.Equal(Names(log).Concat(["member of copies"]).Concat(Names(log["copies"]![0]!)), rows);
    }

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(static member => member.Key);

    private static IEnumerable<string> Members(string heading) =>
        Page.Rows(heading).SelectMany(static cells => cells[0].Split(", ")).Select(static name => name.Replace("`", "", StringComparison.Ordinal)).Where(static name => !name.StartsWith('-'));
}
