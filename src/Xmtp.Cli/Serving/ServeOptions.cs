using System.Net;

namespace Xmtp.Cli.Serving;

/// <summary>Where a server listens, and to whom.</summary>
/// <param name="Socket">Path of a Unix socket; null for none.</param>
/// <param name="Http">Address for HTTP; null for none.</param>
/// <param name="TokenFile">The file with the token for HTTP.</param>
/// <param name="Hosts">Names beside localhost that HTTP requests may be made to.</param>
/// <param name="Origins">Origins of pages that may come in.</param>
internal sealed record ServeOptions(string? Socket, IPEndPoint? Http, FileInfo TokenFile, IReadOnlyCollection<string> Hosts, IReadOnlyCollection<string> Origins)
{
    /// <summary>Connections served at a time, on the socket and over HTTP together.</summary>
    public int ConnectionsMax { get; init; } = 64;
}
