using System.Net;
using Microsoft.AspNetCore.Http;

namespace Xmtp.Cli.Serving;

/// <summary>
/// Who may come in by HTTP: who bears the token, by an address that no name server chose, and from no page in a browser that was not
/// let in by name.
/// </summary>
internal sealed class HttpGuard(TokenFile token, IReadOnlyCollection<string> hosts, IReadOnlyCollection<string> origins)
{
    /// <summary>The status to refuse a request with, and why; null to let it in.</summary>
    public (int Status, string Why)? Refuse(HttpRequest request)
    {
        // A page can make a browser come here by a name of its own that it points to this machine, and would then be of one origin with us.
        var host = request.Host.Host.Trim('[', ']');
        if (!host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && !IPAddress.TryParse(host, out _) && !hosts.Contains(host, StringComparer.OrdinalIgnoreCase))
            return (StatusCodes.Status421MisdirectedRequest, "This server does not answer by that name; --allow-host lets it.");
        if (request.Headers.Origin is { Count: > 0 } origin && !origins.Contains(origin.ToString(), StringComparer.OrdinalIgnoreCase))
            return (StatusCodes.Status403Forbidden, "Pages of that origin are not let in; --allow-origin lets them.");
        if (IsPreflight(request)) return null;
        return token.IsIn(request.Headers.Authorization) ? null : (StatusCodes.Status401Unauthorized, "The header Authorization must bear the token of the token file.");
    }

    /// <summary>Whether a browser asks what a page may do. It sends no token with that.</summary>
    public static bool IsPreflight(HttpRequest request) => HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0;
}
