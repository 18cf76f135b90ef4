using System.Net.Mime;
using Microsoft.Net.Http.Headers;
using Xmtp.Node.Calls;
using Xmtp.Node.Errors;
using Xmtp.Node.Gateway;

namespace Xmtp.Node.Picture;

/// <summary>The picture on the HTTP port, for anybody.</summary>
internal sealed class PicturePage(PictureCache pictures, Admission admission)
{
    /// <summary>The path.</summary>
    public const string Path = "/network";

    /// <summary>Answers a GET.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            admission.ChargeAlways(context, 1);
            await WriteAsync(context, await pictures.GetAsync(context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await GatewayErrors.WriteAsync(context, RpcErrors.Describe(exception), binary: false).ConfigureAwait(false);
        }
    }

    /// <summary>Sends a picture, or that it is still the same.</summary>
    public static async Task WriteAsync(HttpContext context, RenderedPicture picture)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers[HeaderNames.ETag] = picture.ETag;
        response.Headers[HeaderNames.CacheControl] = "no-cache";
        if (HasIt(request, picture.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = MediaTypeNames.Application.Json;
        response.ContentLength = picture.Body.Length;
        if (!HttpMethods.IsHead(request.Method)) await response.Body.WriteAsync(picture.Body, context.RequestAborted).ConfigureAwait(false);
    }

    private static bool HasIt(HttpRequest request, string tag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var tags) && tags.Any(had => had.Equals(EntityTagHeaderValue.Any) || had.Tag == tag);
}
