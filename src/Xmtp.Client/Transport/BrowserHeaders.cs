namespace Xmtp.Client.Transport;

/// <summary>
/// Leaves out what gRPC says of its own accord and pages in a browser may not: nodes of the published network allow a fixed
/// list of headers, and one header too many has the browser refuse the whole call.
/// </summary>
internal sealed class BrowserHeaders(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Without it answers come uncompressed, as nodes send them anyway.
        request.Headers.Remove("grpc-accept-encoding");
        return base.SendAsync(request, cancellationToken);
    }
}
