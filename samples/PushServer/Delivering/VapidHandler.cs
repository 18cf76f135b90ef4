using System.Net.Http.Headers;
using Lib.Net.Http.WebPush.Authentication;

namespace PushServer.Delivering;

/// <summary>
/// Says who sends (RFC 8292). The library would do it, but leaves the port out of the origin that the token is made for, and a push
/// service on another port than 443 would refuse that.
/// </summary>
internal sealed class VapidHandler(HttpMessageHandler inner, VapidAuthentication authentication) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var origin = request.RequestUri!.GetLeftPart(UriPartial.Authority);
        request.Headers.Authorization = new AuthenticationHeaderValue("vapid", authentication.GetVapidSchemeAuthenticationHeaderValueParameter(origin));
        return base.SendAsync(request, cancellationToken);
    }
}
