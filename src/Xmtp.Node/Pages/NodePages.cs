using System.Buffers;
using System.Collections.Frozen;
using System.Net.Mime;
using System.Reflection;
using System.Text;
using Xmtp.Node.Metrics;
using Xmtp.Node.Options;
using Xmtp.Node.Picture;
using Xmtp.Node.Readiness;

namespace Xmtp.Node.Pages;

/// <summary>What is read with GET on the HTTP port: the web inbox or a front page, the API description, health and metrics.</summary>
internal sealed class NodePages
{
    private readonly FrozenDictionary<string, RequestDelegate> _pages;
    private readonly NodeHealth _health;
    private readonly PrometheusExporter _metrics;
    private readonly InboxFiles _inbox;

    public NodePages(NodeHealth health, PrometheusExporter metrics, InboxFiles inbox, PicturePage picture, NodeOptions options)
    {
        (_health, _metrics, _inbox) = (health, metrics, inbox);
        var front = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Resource("index.html")).Replace("{version}", Version, StringComparison.Ordinal));
        var description = Resource("swagger.json");
        var pages = new Dictionary<string, RequestDelegate>
        {
            [inbox.AreThere ? "/about" : "/"] = context => WriteAsync(context, MediaTypeNames.Text.Html + "; charset=utf-8", front),
            ["/swagger.json"] = context => WriteAsync(context, MediaTypeNames.Application.Json, description),
            ["/healthz"] = static context => WriteAsync(context, MediaTypeNames.Application.Json, "{\"status\":\"alive\"}"u8.ToArray()),
            ["/healthz/ready"] = ReadyAsync,
            ["/readyz"] = ReadyAsync,
            ["/metrics"] = MetricsAsync,
        };
        if (options.Network.Picture) pages.Add(PicturePage.Path, picture.InvokeAsync);
        _pages = pages.ToFrozenDictionary();
    }

    /// <summary>Version of this build.</summary>
    public static string Version { get; } = typeof(NodePages).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Finds a page.</summary>
    public bool TryGet(string path, out RequestDelegate? page) => _pages.TryGetValue(path, out page) || _inbox.TryGet(path, out page);

    private async Task ReadyAsync(HttpContext context)
    {
        var isReady = await _health.CheckAsync().ConfigureAwait(false);
        var isStopping = _health.Stopping.IsCancellationRequested;
        context.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        var text = $$"""{"status":"{{(isReady ? "ready" : "not ready")}}","store":"{{(_health.IsStoreHealthy ? "ok" : "failed")}}","joining":{{(_health.IsJoining ? "true" : "false")}},"draining":{{(_health.IsDrained ? "true" : "false")}},"stopping":{{(isStopping ? "true" : "false")}}}""";
        await WriteAsync(context, MediaTypeNames.Application.Json, Encoding.UTF8.GetBytes(text)).ConfigureAwait(false);
    }

    private Task MetricsAsync(HttpContext context)
    {
        var text = new ArrayBufferWriter<byte>(16 << 10);
        _metrics.Write(text);
        return WriteAsync(context, PrometheusText.ContentType, text.WrittenMemory);
    }

    private static async Task WriteAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static byte[] Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
