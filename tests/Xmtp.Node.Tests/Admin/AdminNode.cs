using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Grpc.Net.Client;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestNetwork;

namespace Xmtp.Node.Tests.Admin;

/// <summary>A node with an operator's port, and the operator.</summary>
internal sealed class AdminNode : IAsyncDisposable
{
    private readonly GrpcChannel _channel;

    private AdminNode(TestNode node, string token)
    {
        Node = node;
        Token = token;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = node.Host.AdminAddress };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _channel = GrpcChannel.ForAddress(node.GrpcAddress);
        Api = new MessageApi.MessageApiClient(_channel);
    }

    public TestNode Node { get; }

    public string Token { get; }

    public HttpClient Http { get; }

    public MessageApi.MessageApiClient Api { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<AdminNode> StartAsync(Func<NodeOptions, NodeOptions>? configure = null, NodeServices? services = null)
    {
        var node = await TestNode.StartAsync(
            options =>
            {
                options = options with { Authentication = false, Admin = options.Admin with { Port = 0 } };
                return configure?.Invoke(options) ?? options;
            },
            services,
            Cancel);
        return Of(node);
    }

    /// <summary>The operator of a node that runs.</summary>
    public static AdminNode Of(TestNode node) =>
        new(node, File.ReadAllText(node.Host.Options.Admin.TokenFile ?? Path.Combine(node.DataDirectory, "admin.token")).Trim());

    public Task<JsonObject> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, 200);

    public Task<JsonObject> PostAsync(string path, string? body = null, int status = 200) => SendAsync(HttpMethod.Post, path, body, status);

    public Task<JsonObject> PutAsync(string path, string body, int status = 200) => SendAsync(HttpMethod.Put, path, body, status);

    /// <summary>Sends a request and expects a status and a JSON object.</summary>
    public async Task<JsonObject> SendAsync(HttpMethod method, string path, string? body, int status)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) };
        using var response = await Http.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} instead of {status}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>Whether something was logged.</summary>
    public bool HasLogged(int eventId, string part) =>
        Node.Log.Lines.Any(line => line.EventId == eventId && line.Text.Contains(part, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channel.Dispose();
        await Node.DisposeAsync();
    }
}
