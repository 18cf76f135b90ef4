using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Xmtp.Client.Push;
using Xmtp.Protocol.Topics;
using Xmtp.TestNetwork;

namespace Xmtp.Samples.Tests.Push;

/// <summary>What the push server refuses, and what it says then.</summary>
public sealed class PushRegistrationTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-push-").FullName;
    private TestNode _node = null!;
    private PushServerProcess _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _node = await TestNode.StartAsync();
        _server = await PushServerProcess.StartAsync(Sample.Start("PushServer", _directory,
            "--node", _node.GrpcAddress.ToString(), "--urls", "http://127.0.0.1:0", "--PushServer:TopicsMax", "2", "--PushServer:RegistrationsPerMinute", "20"));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _node.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Register_BadDeliveries_AreRefusedWithTheReason()
    {
        using var browser = new BrowserSubscription();
        foreach (var (body, reason) in new[]
        {
            ("{}", "Give either webPush or webhook."),
            ("{\"webhook\":{\"url\":\"https://example.org\"},\"webPush\":{}}", "Give either webPush or webhook."),
            ("{\"webhook\":{\"url\":\"relative\"}}", "webhook.url is no absolute address"),
            ("{\"webhook\":{\"url\":\"http://example.org/\"}}", "must be an https address"),
            ("{\"webhook\":{\"url\":\"https://user:word@example.org/\"}}", "must be an https address"),
            ("{\"webhook\":{\"url\":\"https://localhost/\"}}", "is not on the public internet"),
            ("{\"webhook\":{\"url\":\"https://10.1.2.3/\"}}", "is not on the public internet"),
            ("{\"webhook\":{\"url\":\"https://[::ffff:127.0.0.1]/\"}}", "is not on the public internet"),
            ("{\"webhook\":{\"address\":\"https://example.org/\"}}", "$.webhook.address"),
            ("{\"webhook\":", "The body is not as it should be"),
            ($"{{\"webPush\":{{\"endpoint\":\"https://push.example.org/1\",\"p256dh\":\"{browser.P256dh[..^4]}\",\"auth\":\"{browser.Auth}\"}}}}", "webPush.p256dh is not 65 bytes"),
            ($"{{\"webPush\":{{\"endpoint\":\"https://push.example.org/1\",\"p256dh\":\"{browser.P256dh[..40]}{new string('A', 47)}\",\"auth\":\"{browser.Auth}\"}}}}", "no uncompressed point"),
            ($"{{\"webPush\":{{\"endpoint\":\"https://push.example.org/1\",\"p256dh\":\"{browser.P256dh}\",\"auth\":\"AAAA\"}}}}", "webPush.auth is not 16 bytes"),
        })
        {
            using var answer = await _server.Api.PostAsync("/v1/installations", new StringContent(body, Encoding.UTF8, "application/json"), Token);
            await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, reason);
        }

        using var plain = await _server.Api.PostAsync("/v1/installations", new StringContent("x"), Token);
        await AssertRefusedAsync(plain, HttpStatusCode.UnsupportedMediaType, "Send JSON");
        using var large = await _server.Api.PostAsync("/v1/installations", new StringContent($"{{\"webhook\":{{\"url\":\"{new string('x', 600_000)}\"}}}}", Encoding.UTF8, "application/json"), Token);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    [Fact]
    public async Task Topics_BadOnesAndForeignTokens_AreRefusedWithTheReason()
    {
        var (id, token, _) = await _server.RegisterAsync(new JsonObject { ["webhook"] = new JsonObject { ["url"] = "https://hooks.example.org/1" } });
        var (_, foreign, _) = await _server.RegisterAsync(new JsonObject { ["webhook"] = new JsonObject { ["url"] = "https://hooks.example.org/2" } });
        var (path, period, key) = ($"/v1/installations/{id}/topics", PushHmac.Period(TimeProvider.System.GetUtcNow()), Convert.ToBase64String(new byte[32]));
        var topic = Topic.DirectMessageV2("a").Value;
        foreach (var (topics, reason) in new[]
        {
            (new JsonArray(), "Give 1 to 500 topics."),
            (new JsonArray(Entry("/xmtp/0/contact-0x/proto")), "is no topic of messages or invitations"),
            (new JsonArray(Entry(topic), Entry(topic)), "is listed twice"),
            (new JsonArray(Entry(topic, (period, "AAAA"))), "An HMAC key is not 32 bytes"),
            (new JsonArray(Entry(topic, (period + 5, key))), "is not near the current one"),
            (new JsonArray(Entry(topic, (period, key), (period, key))), "two keys of one period"),
            (new JsonArray(Entry(topic, (period - 2, key), (period - 1, key), (period, key), (period + 1, key), (period + 2, key))), "more than 4 keys"),
        })
        {
            using var answer = await _server.SendAsync(HttpMethod.Put, path, token, new JsonObject { ["topics"] = topics });
            await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, reason);
        }

        using var three = await _server.SendAsync(HttpMethod.Put, path, token, new JsonObject { ["topics"] = new JsonArray(Entry(topic), Entry(Topic.DirectMessageV2("b").Value), Entry(Topic.DirectMessageV2("c").Value)) });
        await AssertRefusedAsync(three, HttpStatusCode.Conflict, "at most 2 topics");
        foreach (var wrong in new[] { foreign, "", token[..^1] })
        {
            using var answer = await _server.SendAsync(HttpMethod.Get, $"/v1/installations/{id}", wrong);
            await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized, "not its token");
        }

        using var taken = await _server.SendAsync(HttpMethod.Put, path, token, new JsonObject { ["topics"] = new JsonArray(Entry(topic, (period, key))) });
        Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);
        using var state = await _server.SendAsync(HttpMethod.Get, $"/v1/installations/{id}", token);
        Assert.Equal("{\"delivery\":\"webhook\",\"topics\":1,\"waiting\":0}", await state.Content.ReadAsStringAsync(Token));
        using var moved = await _server.SendAsync(HttpMethod.Put, $"/v1/installations/{id}/delivery", token, new JsonObject { ["webhook"] = new JsonObject { ["url"] = "https://hooks.example.org/3" } });
        Assert.Equal(32, Convert.FromBase64String((await moved.Content.ReadFromJsonAsync<JsonObject>(Token))!["webhookSecret"]!.GetValue<string>()).Length);
        using var unfollowed = await _server.SendAsync(HttpMethod.Delete, $"{path}?topic={Uri.EscapeDataString(topic)}", token);
        Assert.Equal(HttpStatusCode.OK, unfollowed.StatusCode);
        using var removed = await _server.SendAsync(HttpMethod.Delete, $"/v1/installations/{id}", token);
        Assert.Equal(HttpStatusCode.OK, removed.StatusCode);
        using var gone = await _server.SendAsync(HttpMethod.Get, $"/v1/installations/{id}", token);
        Assert.Equal(HttpStatusCode.Unauthorized, gone.StatusCode);
    }

    [Fact]
    public async Task Register_TooOften_IsRefused()
    {
        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < 25; i++)
        {
            using var answer = await _server.Api.PostAsJsonAsync("/v1/installations", new JsonObject { ["webhook"] = new JsonObject { ["url"] = "https://hooks.example.org/1" } }, Token);
            codes.Add(answer.StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, codes);
        Assert.True(codes.Count(static code => code == HttpStatusCode.Created) >= 20);
    }

    private static JsonObject Entry(string topic, params (long Period, string Key)[] keys) => new()
    {
        ["topic"] = topic,
        ["hmacKeys"] = new JsonArray([.. keys.Select(static key => (JsonNode)new JsonObject { ["period"] = key.Period, ["key"] = key.Key })]),
    };

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode code, string reason)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == code, $"{answer.StatusCode}: {text}; expected {reason}");
        Assert.Contains(reason, JsonNode.Parse(text)!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
