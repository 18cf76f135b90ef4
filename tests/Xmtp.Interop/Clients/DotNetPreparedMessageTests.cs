using System.Security.Cryptography;
using Xmtp.Client.Messages;
using Xmtp.Interop.JavaScript;

namespace Xmtp.Interop.Clients;

/// <summary>Messages that are sealed before they are sent: both SDKs tell the same id beforehand.</summary>
public sealed class DotNetPreparedMessageTests(InteropNode node)
{
    [Theory]
    [InlineData(JsRelease.V13)]
    [InlineData(JsRelease.V13Grpc)]
    public async Task Id_OfAMessagePreparedThere_IsTheOneHere(JsRelease release)
    {
        await using var pair = await ConversationPair.CreateAsync(release, node.Endpoint);

        var (id, envelope) = await pair.There.PrepareAsync(pair.SeenThere, "prepared there");
        Assert.Equal(id, MessageId.FromMessage(envelope).ToString());
        Assert.DoesNotContain(await DotNetAccount.MessagesAsync(pair.Conversation), message => message.Id.ToString() == id);
        Assert.Equal(id, (await pair.There.SendPreparedAsync(id)).Id);

        Assert.Equal("prepared there", Assert.Single(await DotNetAccount.MessagesAsync(pair.Conversation), message => message.Id.ToString() == id).Content);
    }

    [Theory]
    [InlineData(JsRelease.V13)]
    [InlineData(JsRelease.V13Grpc)]
    [InlineData(JsRelease.V6)]
    public async Task Id_OfAMessagePreparedHere_IsTheOneThere(JsRelease release)
    {
        await using var pair = await ConversationPair.CreateAsync(release, node.Endpoint);

        var prepared = await pair.Conversation.PrepareAsync("prepared here", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(prepared.Envelopes[0].Message.Span)), prepared.Id.ToString());
        Assert.Single(await pair.There.MessagesAsync(pair.SeenThere));
        // Sent twice, as after an answer that was lost.
        await prepared.SendAsync(TestContext.Current.CancellationToken);
        await prepared.SendAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            ["hello", "prepared here"],
            (await pair.There.MessagesAsync(pair.SeenThere)).Select(message => message.Text));
        Assert.Equal(prepared.Id.ToString(), (await pair.There.MessagesAsync(pair.SeenThere))[^1].Id);
    }
}
