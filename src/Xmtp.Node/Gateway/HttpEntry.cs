using Xmtp.Node.Errors;
using Xmtp.Node.Rpc;
using Xmtp.Node.Pages;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Gateway;

/// <summary>Where every HTTP/1.1 request comes in: preflights, gRPC-Web, the JSON gateway, pages.</summary>
/// <param name="routes">Calls of the gateway.</param>
/// <param name="pages">Everything that is read with GET.</param>
internal sealed class HttpEntry(GatewayRoutes routes, NodePages pages)
{
    private const string GrpcWebContentType = "application/grpc-web";
    private const string GrpcWebTextContentType = "application/grpc-web-text";
    private const string ProtoSuffix = "+proto";

    // The library answers with the bare type; proxies and other servers name the messages' format as the request did.
    private static readonly Func<object, Task> s_nameProto = static state =>
    {
        var context = (HttpContext)state;
        if (context.Response.ContentType is GrpcWebContentType or GrpcWebTextContentType && context.Request.Headers.Accept.ToString().EndsWith(ProtoSuffix, StringComparison.OrdinalIgnoreCase))
            context.Response.ContentType += ProtoSuffix;
        return Task.CompletedTask;
    };

    /// <summary>Handles one request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="grpcWeb">Handles gRPC-Web.</param>
    /// <param name="isGrpcWebPort">Whether nothing else is served on this port.</param>
    public Task InvokeAsync(HttpContext context, RequestDelegate grpcWeb, bool isGrpcWebPort)
    {
        if (GatewayCors.IsPreflight(context.Request))
        {
            GatewayCors.AnswerPreflight(context.Response, isGrpcWebPort);
            return Task.CompletedTask;
        }

        GatewayCors.Allow(context.Response);
        if (context.Request.ContentType?.StartsWith(GrpcWebContentType, StringComparison.OrdinalIgnoreCase) == true)
        {
            context.Features.Set(GrpcWebMarker.Instance);
            context.Response.OnStarting(s_nameProto, context);
            return grpcWeb(context);
        }

        return isGrpcWebPort ? RefuseAsync(context, NotFound()) : ServeAsync(context);
    }

    private Task ServeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? string.Empty;
        if (routes.TryGet(path, out var call)) return HttpMethods.IsPost(context.Request.Method) ? call!(context) : RefuseAsync(context, WrongMethod());
        if (!pages.TryGet(path, out var page)) return RefuseAsync(context, NotFound());
        return HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? page!(context) : RefuseAsync(context, WrongMethod());
    }

    private static Task RefuseAsync(HttpContext context, CallFailure failure) =>
        GatewayErrors.WriteAsync(context, failure, GatewayFormat.Of(context.Request).BinaryResponse);

    private static CallFailure NotFound() => new(ErrorCatalogue.NotFound, "Not Found");

    private static CallFailure WrongMethod() => new(ErrorCatalogue.MethodNotAllowed, "Method Not Allowed");
}
