using Xmtp.Client.Attachments;

namespace PushServer.Delivering;

/// <summary>
/// Connections to addresses that strangers chose. The SDK's handler keeps to the public internet; the body of every answer is dropped,
/// because only its status counts.
/// </summary>
internal sealed class DeliveryHandler(PushServerOptions options) : DelegatingHandler(PublicInternet.CreateHandler(options.AllowPrivateAddresses))
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        response.Content.Dispose();
        response.Content = new ByteArrayContent([]);
        return response;
    }
}
