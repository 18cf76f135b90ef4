using System.Text.Json;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Tests.Gateway;

internal static class GatewayAssert
{
    /// <summary>The answer is the error body that clients parse, with status, code, an entry of the catalogue and a reason.</summary>
    public static async Task FailsAsync(HttpResponseMessage response, int status, int code, string reason)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode == status, $"expected {status}, got {(int)response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        using var body = JsonDocument.Parse(text);
        Assert.Equal(["code", "message", "details"], body.RootElement.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(code, body.RootElement.GetProperty("code").GetInt32());
        Assert.Contains(reason, body.RootElement.GetProperty("message").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.NotEmpty(body.RootElement.GetProperty("message").GetString()!);
        Assert.Empty(body.RootElement.GetProperty("details").EnumerateArray());
        var entry = Assert.Single(response.Headers.GetValues("Grpc-Metadata-Xmtp-Error-Code"));
        Assert.Equal(code, (int)ErrorCatalogue.All[entry].Status);
        Assert.Equal("*", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
    }
}
