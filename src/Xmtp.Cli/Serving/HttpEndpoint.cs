using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xmtp.Client;
using Xmtp.Client.Inboxes;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Serving;

/// <summary><c>POST /rpc</c> and <c>GET /events</c>.</summary>
internal sealed class HttpEndpoint(XmtpClient client, ServeMethods methods, RpcDispatcher dispatcher, HttpGuard guard, TimeProvider time, CancellationToken stopping)
{
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(15);

    public async Task HandleAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (context.Features.Get<ConnectionRefusal>() is { } refusal)
        {
            response.Headers.Connection = "close";
            await SayAsync(response, StatusCodes.Status503ServiceUnavailable, refusal.Why);
            return;
        }

        if (guard.Refuse(request) is { } refused)
        {
            await SayAsync(response, refused.Status, refused.Why);
            return;
        }

        if (request.Headers.Origin is { Count: > 0 } origin)
        {
            response.Headers.AccessControlAllowOrigin = origin;
            response.Headers.Vary = "Origin";
        }

        if (HttpGuard.IsPreflight(request))
        {
            response.Headers.AccessControlAllowHeaders = "authorization, content-type, last-event-id";
            response.Headers.AccessControlAllowMethods = "GET, POST";
            response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await (request.Path.Value switch
        {
            "/rpc" when HttpMethods.IsPost(request.Method) => CallAsync(context),
            "/events" when HttpMethods.IsGet(request.Method) => StreamAsync(context),
            "/rpc" or "/events" => SayAsync(response, StatusCodes.Status405MethodNotAllowed, "POST /rpc, GET /events."),
            _ => SayAsync(response, StatusCodes.Status404NotFound, "There is POST /rpc and GET /events."),
        });
    }

    private async Task CallAsync(HttpContext context)
    {
        // A form of a page elsewhere can send text without asking first; JSON it cannot.
        if (!(context.Request.ContentType ?? "").StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            await SayAsync(context.Response, StatusCodes.Status415UnsupportedMediaType, "The content type is application/json.");
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, ended.Token);
        }
        catch (BadHttpRequestException failure)
        {
            await SayAsync(context.Response, failure.StatusCode, $"A request has at most {RpcDispatcher.RequestLengthMaxBytes} bytes.");
            return;
        }

        var answer = await dispatcher.HandleAsync(body.GetBuffer().AsMemory(0, (int)body.Length), session: null, ended.Token);
        context.Response.StatusCode = answer is null ? StatusCodes.Status204NoContent : StatusCodes.Status200OK;
        if (answer is null) return;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Value.Length;
        await context.Response.Body.WriteAsync(answer.Value, ended.Token);
    }

    private async Task StreamAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        InboxCursor after;
        try
        {
            var given = request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : request.Query["after"].ToString();
            after = methods.CursorOf(given.Length > 0 ? given : null);
        }
        catch (XmtpException failure)
        {
            await SayAsync(response, StatusCodes.Status400BadRequest, $"{failure.Message} ({failure.Code.Id})");
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        using var writing = new SemaphoreSlim(1, 1);
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        var alive = Task.CompletedTask;
        try
        {
            // At once, with where it begins, so that whoever is cut off before the first event knows it.
            await WriteAsync($"id: {after}\nevent: open\ndata: {{\"type\":\"open\",\"cursor\":\"{after}\"}}\n\n");
            alive = KeepAliveAsync();
            await new EventFeed(client, null, request.Query["data"] == "true").RunAsync(after, (form, _) => WriteAsync(
                $"{(form.Cursor is { } cursor ? $"id: {cursor}\n" : "")}event: {form.Type}\ndata: {JsonSerializer.Serialize(form, ServeJson.Default.EventForm)}\n\n"), ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The reader went, or the server stops.
        }
        finally
        {
            await ended.CancelAsync();
            await alive;
        }

        async Task WriteAsync(string text)
        {
            await writing.WaitAsync(ended.Token);
            try
            {
                await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), ended.Token).AsTask().WaitAsync(EventFeed.Patience, time, ended.Token);
                await response.Body.FlushAsync(ended.Token).WaitAsync(EventFeed.Patience, time, ended.Token);
            }
            catch (TimeoutException failure)
            {
                context.Abort();
                await ended.CancelAsync();
                throw new OperationCanceledException("It reads nothing.", failure, ended.Token);
            }
            finally
            {
                writing.Release();
            }
        }

        async Task KeepAliveAsync()
        {
            using var timer = new PeriodicTimer(s_keepAlive, time);
            try
            {
                while (await timer.WaitForNextTickAsync(ended.Token)) await WriteAsync(": alive\n\n");
            }
            catch (Exception failure) when (failure is OperationCanceledException or IOException)
            {
                await ended.CancelAsync();
            }
        }
    }

    private static async Task SayAsync(HttpResponse response, int status, string why)
    {
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        await response.WriteAsync(why + "\n");
    }
}
