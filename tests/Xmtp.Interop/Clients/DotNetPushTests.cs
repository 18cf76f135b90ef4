using System.Globalization;
using Xmtp.Client.Push;
using Xmtp.ContentTypes;
using Xmtp.Interop.JavaScript;

namespace Xmtp.Interop.Clients;

/// <summary>What a push server is given: keys that are the same in both SDKs, and marks that each verifies on the other's messages.</summary>
public sealed class DotNetPushTests(InteropNode node)
{
    [Fact]
    public async Task HmacKeys_ForPush_AreTheSame()
    {
        await using var pair = await ConversationPair.CreateAsync(JsRelease.V13, node.Endpoint);

        // The account of the other side, opened here too: its keys, not the peer's.
        await using var sameAccount = await DotNetAccount.CreateAsync(node.Endpoint, pair.There.PrivateKey);
        var ours = (await sameAccount.ConversationWithAsync(pair.Here.Address)).PushKeys()
            .ToDictionary(key => key.Period.ToString(CultureInfo.InvariantCulture), key => Convert.ToBase64String(key.Key.Span));
        var theirs = (await pair.There.HmacKeysAsync()).GetProperty("hmacKeys").GetProperty(pair.Conversation.Topic.Value).GetProperty("values").EnumerateArray()
            .ToDictionary(key => key.GetProperty("thirtyDayPeriodsSinceEpoch").GetRawText(), key => key.GetProperty("hmacKey").GetProperty("base64").GetString()!);

        Assert.Equal(theirs, ours);
    }

    [Fact]
    public async Task Mark_OfTheOtherSdk_VerifiesWithOnesOwnKeys()
    {
        await using var pair = await ConversationPair.CreateAsync(JsRelease.V13, node.Endpoint);
        // Each account in the other SDK too, as a second device would have it.
        await using var hereThere = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint, pair.Here.PrivateKey);
        await using var thereHere = await DotNetAccount.CreateAsync(node.Endpoint, pair.There.PrivateKey);
        var topic = pair.Conversation.Topic.Value;

        var fromHere = (await pair.Conversation.PrepareAsync("from here", cancellationToken: TestContext.Current.CancellationToken)).Envelopes[0].Message.ToByteArray();
        Assert.True(await hereThere.IsFromSelfAsync(topic, fromHere));
        Assert.False(await pair.There.IsFromSelfAsync(topic, fromHere));

        var fromThere = (await pair.There.PrepareAsync(pair.SeenThere, "from there")).Envelope;
        var keysThere = (await thereHere.ConversationWithAsync(pair.Here.Address)).PushKeys();
        Assert.Equal(PushDecision.SentByUser, PushFilter.Decide(fromThere, keysThere));
        Assert.Equal(PushDecision.Notify, PushFilter.Decide(fromThere, pair.Conversation.PushKeys()));
    }

    [Fact]
    public async Task ShouldPush_OfAMessageThatWakesNobody_IsReadFromTheOtherSdk()
    {
        await using var pair = await ConversationPair.CreateAsync(JsRelease.V13, node.Endpoint);
        await pair.SendThereAsync(new { }, "xmtp.org/readReceipt:1.0");
        await pair.SendHereAsync(new ReadReceipt());

        var stored = await DotNetAccount.EnvelopesAsync(node.Endpoint, pair.Conversation.Topic);

        Assert.Equal([PushDecision.Notify, PushDecision.NotWanted, PushDecision.NotWanted], stored.Select(envelope => PushFilter.Decide(envelope.Message.Span, [])));
    }
}
