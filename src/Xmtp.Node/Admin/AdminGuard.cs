using System.Net;
using Microsoft.Net.Http.Headers;
using Xmtp.Node.Options;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Admin;

/// <summary>
/// Who is answered on the admin port: whoever has the token, by an address that no web page could have made up. A page can make a name of its own
/// lead to this machine (DNS rebinding) and call it from a browser that runs here, so only names are taken that are known to be the node's.
/// </summary>
internal sealed class AdminGuard(AdminToken token, AdminSettings settings)
{
    private const string Localhost = "localhost";

    /// <summary>Lets a request in.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.AdminHostRefused"/> or <see cref="ErrorCatalogue.AdminTokenRefused"/>.</exception>
    public void Check(HttpContext context)
    {
        var request = context.Request;
        if (request.Headers.ContainsKey(HeaderNames.Origin)) throw new XmtpException(ErrorCatalogue.AdminHostRefused, "the request comes from a web page");
        if (!IsKnown(request.Host.Host)) throw new XmtpException(ErrorCatalogue.AdminHostRefused, "the request names the node by a host that is not known to be its own");
        var authorization = request.Headers.Authorization;
        if (authorization.Count == 1 && token.IsIn(authorization[0])) return;
        context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        throw new XmtpException(ErrorCatalogue.AdminTokenRefused, authorization.Count == 0 ? "the request bears no token" : "that is not this node's token");
    }

    private bool IsKnown(string host) =>
        host.Equals(Localhost, StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.AsSpan().Trim("[]"), out _)
        || settings.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase);
}
