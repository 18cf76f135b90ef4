using System.Text.Json;
using Xmtp.Client.Messages;
using Xmtp.ContentTypes;
using Xmtp.Interop.JavaScript;

namespace Xmtp.Interop.Clients;

/// <summary>Several contents in one message, with the release that still has them.</summary>
public sealed class DotNetCompositeTests(InteropNode node)
{
    [Fact]
    public async Task Composite_SentHere_IsReadThere()
    {
        await using var pair = await ConversationPair.CreateAsync(JsRelease.V6, node.Endpoint);

        var there = await pair.SendHereAsync(Composite.Of("one", Composite.Of("two", "three 🤝")));

        Assert.Equal("xmtp.org/composite:1.0", there.ContentType);
        var parts = there.Content.GetProperty("parts");
        Assert.Equal(["one"], TextsOf(parts[0]));
        Assert.Equal("text", parts[0].GetProperty("type").GetProperty("typeId").GetString());
        Assert.Equal(["two", "three 🤝"], parts[1].GetProperty("parts").EnumerateArray().SelectMany(TextsOf));
    }

    [Fact]
    public async Task Composite_SentThere_IsReadHere()
    {
        await using var pair = await ConversationPair.CreateAsync(JsRelease.V6, node.Endpoint);
        object[] branch = [new { content = "two" }, new { content = "three 🤝" }];

        var here = await pair.SendThereAsync(new { parts = new object[] { new { content = "one" }, new { parts = branch } } }, "xmtp.org/composite:1.0");

        var composite = Assert.IsType<Composite>(here.Content);
        Assert.Equal((MessageVersion.V1, 2), (pair.Conversation.Version, composite.Parts.Count));
        Assert.Equal(("one", TextCodec.Type), (composite.Parts[0].Content, composite.Parts[0].Type));
        Assert.Equal(["two", "three 🤝"], Assert.IsType<Composite>(composite.Parts[1].Content).Parts.Select(part => part.Content));
    }

    private static string?[] TextsOf(JsonElement part) => [part.GetProperty("content").GetString()];
}
