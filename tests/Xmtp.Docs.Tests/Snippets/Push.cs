using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Xmtp.Client.Messages;
using Xmtp.Client.Push;
using Xmtp.Client.Transport;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Docs.Tests.Snippets;

#region snippet:push-webhook
public static class XmtpWebhook
{
    /// <summary>Checks the header <c>Xmtp-Signature</c> of a notification: made by who knows the secret, within the last minutes.</summary>
    public static bool IsGenuine(string signature, ReadOnlySpan<byte> body, ReadOnlySpan<byte> secret, DateTimeOffset now)
    {
        var parts = signature.Split(',', '=');
        if (parts is not ["t", var seconds, "v1", var mac] || !long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var sent)) return false;
        if (Math.Abs(now.ToUnixTimeSeconds() - sent) > 300) return false;
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{seconds}."), .. body];
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(secret, signed))), Encoding.ASCII.GetBytes(mac));
    }
}
#endregion

/// <summary>Push notifications, from the application's side and from the server's.</summary>
public sealed class Push(SnippetNode snippetNode) : SnippetTest(snippetNode)
{
    [Fact]
    public async Task PushKeys_OfConversations_AreHandedOver()
    {
        await using var client = await JoinAsync();
        await using var peer = await JoinAsync();
        await client.Conversations.NewConversationAsync(peer.Address, cancellationToken: Limit);
        using var handler = new Recorder();
        using var pushServer = new HttpClient(handler) { BaseAddress = new Uri("https://push.example.org/") };
        var (installation, cancellationToken) = ("1f", Limit);
        #region snippet:push-register
        var topics =
            from conversation in await client.Conversations.ListAsync(cancellationToken: cancellationToken)
            where conversation.Version == MessageVersion.V2
            select new
            {
                topic = conversation.Topic.Value,
                hmacKeys = conversation.PushKeys().Select(key => new { period = key.Period, key = Convert.ToBase64String(key.Key.Span) }),
            };
        using var answer = await pushServer.PutAsJsonAsync($"v1/installations/{installation}/topics", new { topics }, cancellationToken);
        answer.EnsureSuccessStatusCode();
        #endregion
        var sent = JsonNode.Parse(handler.Body!)!["topics"]!.AsArray();
        Assert.Equal(3, Assert.Single(sent)!["hmacKeys"]!.AsArray().Count);
        Assert.Equal(client.Conversations.Known.Single().Topic.Value, sent[0]!["topic"]!.GetValue<string>());
    }

    [Fact]
    public async Task Notification_OfAMessage_IsOpened()
    {
        await using var client = await JoinAsync();
        await using var peer = await JoinAsync();
        await using var envelopes = new GrpcTransport(Node);
        var theirs = await peer.Conversations.NewConversationAsync(client.Address, cancellationToken: Limit);
        await theirs.SendAsync("gm", Limit);
        await client.Conversations.ListAsync(cancellationToken: Limit);
        var stored = (await envelopes.QueryAsync(new QueryRequest { ContentTopics = { theirs.Topic.Value } }, Limit)).Envelopes.Single();
        var json = new JsonObject { ["id"] = "1", ["topic"] = stored.ContentTopic, ["message"] = stored.Message.ToBase64() }.ToJsonString();
        #region snippet:push-open
        var notification = JsonDocument.Parse(json).RootElement;
        var envelope = new Envelope
        {
            ContentTopic = notification.GetProperty("topic").GetString(),
            Message = ByteString.FromBase64(notification.GetProperty("message").GetString()),
        };
        if (client.Conversations.Decode(envelope) is { } message)
            Console.WriteLine($"{message.Sender}: {message.Content}");
        #endregion
        Assert.Equal([$"{peer.Address}: gm"], Console.Lines);
    }

    [Fact]
    public async Task SubscribeAll_ServerOfYourOwn_ToldWhatIsNews()
    {
        await using var client = await JoinAsync();
        await using var peer = await JoinAsync();
        var ours = await client.Conversations.NewConversationAsync(peer.Address, cancellationToken: Limit);
        var theirs = (await peer.Conversations.ListAsync(cancellationToken: Limit)).Single();
        var (node, topic, keys, saved, cancellationToken) = (Node, ours.Topic.Value, ours.PushKeys(), (string?)null, Limit);
        await using (var now = new GrpcTransport(node))
        await using (var begin = await now.SubscribeAllAsync(cancellationToken: Limit))
            saved = begin.Position;
        await ours.SendAsync("my own", Limit);
        await theirs.SendAsync("gm", Limit);
        await RunUntilAsync(1, async () =>
        {
            #region snippet:push-follow
            await using var transport = new GrpcTransport(node);
            await using var everything = await transport.SubscribeAllAsync(saved, cancellationToken);
            await foreach (var envelope in everything.ReadAllAsync(cancellationToken))
            {
                if (PositionMark.TryRead(envelope, out var position)) saved = position ?? saved;
                else if (envelope.ContentTopic == topic && PushFilter.Decide(envelope.Message.Span, keys) == PushDecision.Notify)
                    Console.WriteLine($"notify: {envelope.ContentTopic}");
            }
            #endregion
        });
        Assert.Equal([$"notify: {topic}"], Console.Lines);
    }

    [Fact]
    public void IsGenuine_SignedBody_IsTakenUntilItIsOldOrChanged()
    {
        var (secret, body, now) = (RandomNumberGenerator.GetBytes(32), "{\"id\":\"1\"}"u8.ToArray(), DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        var mac = Convert.ToHexStringLower(HMACSHA256.HashData(secret, (byte[])[.. "1800000000."u8, .. body]));
        Assert.True(XmtpWebhook.IsGenuine($"t=1800000000,v1={mac}", body, secret, now));
        Assert.False(XmtpWebhook.IsGenuine($"t=1800000000,v1={mac}", body, secret, now.AddMinutes(6)));
        Assert.False(XmtpWebhook.IsGenuine($"t=1800000001,v1={mac}", body, secret, now));
        Assert.False(XmtpWebhook.IsGenuine($"t=1800000000,v1={mac}", [.. body, 1], secret, now));
        Assert.False(XmtpWebhook.IsGenuine("nonsense", body, secret, now));
    }

    private sealed class Recorder : HttpMessageHandler
    {
        public string? Body { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Body = await request.Content!.ReadAsStringAsync(cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }
    }
}
