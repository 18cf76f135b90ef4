using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Xmtp.Client.Conversations;
using Xmtp.TestSupport;

namespace Xmtp.Samples.Tests.Push;

/// <summary>The sample as a process, and its API as an application calls it.</summary>
internal sealed class PushServerProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private PushServerProcess(ChildProcess process, Uri address) => (_process, Api) = (process, new HttpClient { BaseAddress = address });

    public HttpClient Api { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Waits until it listens and follows a node.</summary>
    public static async Task<PushServerProcess> StartAsync(ChildProcess process)
    {
        var line = await process.LineAsync("Now listening on: ");
        await process.LineAsync("Following ");
        return new PushServerProcess(process, new Uri(line[line.IndexOf("http://", StringComparison.Ordinal)..]));
    }

    public Task<string> LineAsync(string text) => _process.LineAsync(text);

    /// <summary>Registers an installation; gives its id, its token and a webhook's secret.</summary>
    public async Task<(string Id, string Token, byte[]? Secret)> RegisterAsync(JsonObject delivery)
    {
        using var answer = await Api.PostAsJsonAsync("/v1/installations", delivery, Token);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var made = (await answer.Content.ReadFromJsonAsync<JsonObject>(Token))!;
        return (made["id"]!.GetValue<string>(), made["token"]!.GetValue<string>(), made["webhookSecret"] is { } secret ? Convert.FromBase64String(secret.GetValue<string>()) : null);
    }

    public async Task FollowAsync((string Id, string Token, byte[]? Secret) installation, Conversation conversation)
    {
        var keys = conversation.PushKeys().Select(static key => (JsonNode)new JsonObject { ["period"] = key.Period, ["key"] = Convert.ToBase64String(key.Key.Span) });
        using var answer = await SendAsync(HttpMethod.Put, $"/v1/installations/{installation.Id}/topics", installation.Token, new JsonObject
        {
            ["topics"] = new JsonArray(new JsonObject { ["topic"] = conversation.Topic.Value, ["hmacKeys"] = new JsonArray([.. keys]) }),
        });
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string token, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Api.SendAsync(request, Token);
    }

    /// <summary>Asks it to stop, and waits for an end without failure.</summary>
    public async Task StopAsync()
    {
        _process.Terminate();
        await _process.SucceedAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Kills it, as a machine that loses power does.</summary>
    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _process.DisposeAsync();
    }
}
