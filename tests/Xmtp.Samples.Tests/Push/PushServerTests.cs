using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.ContentTypes;
using Xmtp.Identity;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Samples.Tests.Push;

/// <summary>The push server as a process, with a real node before it and real HTTP receivers behind it.</summary>
public sealed class PushServerTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-push-").FullName;
    private TestNode _node = null!;
    private PushReceiver _receiver = null!;
    private XmtpClient _amal = null!;
    private XmtpClient _bola = null!;
    private Conversation _amals = null!;
    private Conversation _bolas = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (_node, _receiver) = (await TestNode.StartAsync(), await PushReceiver.StartAsync());
        (_amal, _bola) = (await JoinAsync(), await JoinAsync());
        _amals = await _amal.Conversations.NewConversationAsync(_bola.Address, cancellationToken: Token);
        _bolas = Assert.Single(await _bola.Conversations.ListAsync(cancellationToken: Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _amal.DisposeAsync();
        await _bola.DisposeAsync();
        await _receiver.DisposeAsync();
        await _node.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task WebPush_MessageOfAnother_IsEncryptedForTheBrowserAndSignedByTheServer()
    {
        await using var server = await StartAsync();
        using var browser = new BrowserSubscription();
        var installation = await server.RegisterAsync(new JsonObject
        {
            ["webPush"] = new JsonObject { ["endpoint"] = new Uri(_receiver.Address, "/push/1").ToString(), ["p256dh"] = browser.P256dh, ["auth"] = browser.Auth },
        });
        await server.FollowAsync(installation, _amals);
        await _bolas.SendAsync("gm", Token);

        var request = await NextAsync(1);
        Assert.Equal("aes128gcm", request.Headers["Content-Encoding"]);
        Assert.True(int.Parse(request.Headers["TTL"], CultureInfo.InvariantCulture) > 0);
        var key = (await server.Api.GetFromJsonAsync<JsonObject>("/v1/vapid-key", Token))!["publicKey"]!.GetValue<string>();
        var claims = BrowserSubscription.CheckVapid(request.Headers["Authorization"], key);
        Assert.Equal(_receiver.Address.GetLeftPart(UriPartial.Authority), claims["aud"]!.GetValue<string>());
        Assert.Equal("mailto:operator@example.org", claims["sub"]!.GetValue<string>());
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(claims["exp"]!.GetValue<long>()), TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddHours(24));
        Assert.Equal("gm", Open(browser.Decrypt(request.Body)).Content);
        Assert.Equal(["id", "topic", "message"], JsonNode.Parse(browser.Decrypt(request.Body))!.AsObject().Select(static member => member.Key));

        // Too long for a push service: the topic alone.
        await _bolas.SendAsync(new string('x', 5000), Token);
        var longOne = JsonNode.Parse(browser.Decrypt((await NextAsync(2)).Body))!;
        Assert.Equal((_amals.Topic.Value, null), (longOne["topic"]!.GetValue<string>(), longOne["message"]));
    }

    [Fact]
    public async Task Webhook_OwnSilentAndOthersMessages_BringsThoseThatAreNews()
    {
        await using var server = await StartAsync();
        var installation = await RegisterWebhookAsync(server);
        await _amals.SendAsync("my own", Token);
        await _bolas.SendAsync(new ReadReceipt(), Token);
        await _bolas.SendAsync("silent", new SendOptions { ShouldPush = false }, Token);
        await _bolas.SendAsync("gm", Token);

        var request = await NextAsync(1);
        Assert.Equal("gm", Open(request.Body).Content);
        CheckSignature(request, installation.Secret!);
        Assert.Equal(JsonNode.Parse(request.Body)!["id"]!.GetValue<string>(), request.Headers["Xmtp-Delivery"]);
        await Eventually.TrueAsync(async () => (await MetricsAsync(server)).Contains("push_attempts_total{kind=\"webhook\",outcome=\"Delivered\"} 1", StringComparison.Ordinal), "the delivery is counted");
        var metrics = await MetricsAsync(server);
        Assert.Contains("push_skipped_total{reason=\"SentByUser\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("push_skipped_total{reason=\"NotWanted\"} 2", metrics, StringComparison.Ordinal);
        Assert.Contains("push_following 1", metrics, StringComparison.Ordinal);
        Assert.Equal("Healthy", await server.Api.GetStringAsync("/healthz", Token));
        Assert.Single(_receiver.Taken);
    }

    [Fact]
    public async Task Receiver_DownThenUp_GetsEachOnceInOrder()
    {
        await using var server = await StartAsync();
        await RegisterWebhookAsync(server);
        _receiver.Status = 503;
        foreach (var text in new[] { "one", "two", "three" }) await _bolas.SendAsync(text, Token);
        await Eventually.TrueAsync(() => _receiver.Refused >= 2, "two tries");
        _receiver.Status = 200;
        await NextAsync(3);
        await _bolas.SendAsync("four", Token);
        await NextAsync(4);
        Assert.Equal(["one", "two", "three", "four"], _receiver.Taken.Select(request => Open(request.Body).Content));
    }

    [Fact]
    public async Task Server_KilledWithDeliveriesWaitingAndAwayWhileMessagesCome_DeliversEachOnce()
    {
        (string Id, string Token, byte[]? Secret) installation;
        await using (var server = await StartAsync())
        {
            installation = await RegisterWebhookAsync(server);
            await _bolas.SendAsync("before", Token);
            await NextAsync(1);
            _receiver.Status = 503;
            await _bolas.SendAsync("in the outbox", Token);
            await Eventually.TrueAsync(() => _receiver.Refused > 0, "a try");
        }

        _receiver.Status = 200;
        await _bolas.SendAsync("while away", Token);
        await using var again = await StartAsync();
        await again.LineAsync("continued: True");
        await NextAsync(3);
        await _bolas.SendAsync("after", Token);
        await NextAsync(4);
        Assert.Equal(["before", "in the outbox", "while away", "after"], _receiver.Taken.Select(request => Open(request.Body).Content));
        CheckSignature(_receiver.Taken.Last(), installation.Secret!);
    }

    [Fact]
    public async Task Node_RestartedMeanwhile_NothingIsSkippedOrDoubled()
    {
        await using var server = await StartAsync();
        await RegisterWebhookAsync(server);
        await _bolas.SendAsync("before", Token);
        await NextAsync(1);
        await _node.StopAtOnceAsync();
        await server.LineAsync("was lost");
        await _node.StartAgainAsync(Token);
        await _bolas.SendAsync("after", Token);
        await NextAsync(2);
        Assert.Equal(["before", "after"], _receiver.Taken.Select(request => Open(request.Body).Content));
    }

    [Fact]
    public async Task Receiver_DownForLong_IsOwedNoMoreThanItsQuota()
    {
        await using var server = await StartAsync("--PushServer:PendingMax", "2");
        await RegisterWebhookAsync(server);
        _receiver.Status = 503;
        foreach (var text in new[] { "one", "two", "three" }) await _bolas.SendAsync(text, Token);
        await Eventually.TrueAsync(async () => (await MetricsAsync(server)).Contains("push_skipped_total{reason=\"QuotaReached\"} 1", StringComparison.Ordinal), "the third to be skipped");
        _receiver.Status = 200;
        await NextAsync(2);
        await _bolas.SendAsync("four", Token);
        await NextAsync(3);
        Assert.Equal(["one", "two", "four"], _receiver.Taken.Select(request => Open(request.Body).Content));
    }

    [Fact]
    public async Task Receiver_RefusingOneMessage_GetsTheNext()
    {
        await using var server = await StartAsync();
        await RegisterWebhookAsync(server);
        _receiver.Status = 422;
        await _bolas.SendAsync("refused", Token);
        await Eventually.TrueAsync(async () => (await MetricsAsync(server)).Contains("outcome=\"Refused\"} 1", StringComparison.Ordinal), "the refusal");
        _receiver.Status = 200;
        await _bolas.SendAsync("taken", Token);
        Assert.Equal("taken", Open((await NextAsync(1)).Body).Content);
    }

    [Fact]
    public async Task Register_WithoutTheKeyOrWithoutRoom_IsRefused()
    {
        await using var server = await StartAsync("--PushServer:RegistrationKey", "only for ours", "--PushServer:InstallationsMax", "1");
        var delivery = new JsonObject { ["webhook"] = new JsonObject { ["url"] = _receiver.Address.ToString() } };
        using var refused = await server.Api.PostAsJsonAsync("/v1/installations", delivery, Token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        server.Api.DefaultRequestHeaders.Add("Xmtp-Registration-Key", "only for ours");
        await RegisterWebhookAsync(server);
        using var full = await server.Api.PostAsJsonAsync("/v1/installations", delivery, Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, full.StatusCode);
    }

    [Fact]
    public async Task Server_ToldToStop_EndsInOrder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no signals here.");
        await using var server = await StartAsync();
        await RegisterWebhookAsync(server);
        _receiver.Status = 503;
        await _bolas.SendAsync("gm", Token);
        await Eventually.TrueAsync(() => _receiver.Refused > 0, "a try");
        await server.StopAsync();
    }

    [Fact]
    public async Task Receiver_Gone_TakesTheRegistrationWithIt()
    {
        await using var server = await StartAsync();
        var (id, token, _) = await RegisterWebhookAsync(server);
        _receiver.Status = 410;
        await _bolas.SendAsync("gm", Token);
        await server.LineAsync("is gone");
        await Eventually.TrueAsync(async () => (await server.SendAsync(HttpMethod.Get, $"/v1/installations/{id}", token)).StatusCode == HttpStatusCode.Unauthorized, "the registration to go");
    }

    private static Task<string> MetricsAsync(PushServerProcess server) => server.Api.GetStringAsync("/metrics", Token);

    private static void CheckSignature(PushRequest request, byte[] secret)
    {
        var parts = request.Headers["Xmtp-Signature"].Split(',').Select(static part => part.Split('=', 2)).ToDictionary(static part => part[0], static part => part[1]);
        var sent = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts["t"], CultureInfo.InvariantCulture));
        Assert.InRange(sent, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddMinutes(1));
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(secret, (byte[])[.. Encoding.ASCII.GetBytes(parts["t"]), (byte)'.', .. request.Body])), parts["v1"]);
    }

    private DecodedMessage Open(byte[] notification)
    {
        var json = JsonNode.Parse(notification)!;
        var envelope = new Envelope { ContentTopic = json["topic"]!.GetValue<string>(), Message = ByteString.FromBase64(json["message"]!.GetValue<string>()) };
        return _amal.Conversations.Decode(envelope) ?? throw new InvalidOperationException("The notification's message does not open.");
    }

    private async Task<PushRequest> NextAsync(int count)
    {
        await Eventually.TrueAsync(() => _receiver.Taken.Count >= count, $"{count} notifications");
        return _receiver.Taken.ElementAt(count - 1);
    }

    private async Task<(string Id, string Token, byte[]? Secret)> RegisterWebhookAsync(PushServerProcess server)
    {
        var installation = await server.RegisterAsync(new JsonObject { ["webhook"] = new JsonObject { ["url"] = _receiver.Address.ToString() } });
        await server.FollowAsync(installation, _amals);
        return installation;
    }

    private Task<PushServerProcess> StartAsync(params string[] more) => PushServerProcess.StartAsync(Sample.Start("PushServer", _directory,
    [
        "--node", _node.GrpcAddress.ToString(), "--urls", "http://127.0.0.1:0", "--PushServer:AllowPrivateAddresses", "true", "--PushServer:RetryFirst", "00:00:00.2",
        "--PushServer:RetryMax", "00:00:01", .. more,
    ]));

    private Task<XmtpClient> JoinAsync() => XmtpClient.CreateAsync(PrivateKeyWallet.Generate(), new XmtpClientOptions { Nodes = [_node.GrpcAddress] }, Token);
}
