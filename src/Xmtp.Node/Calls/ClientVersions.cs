namespace Xmtp.Node.Calls;

/// <summary>What a client says about itself; one object for all calls that say the same.</summary>
internal sealed class ClientVersions
{
    // The names that existing dashboards count as supported, and ours.
    private static readonly string[] s_supported = ["xmtp-js", "xmtp-flutter", "xmtp-dotnet"];

    public ClientVersions(string app, string client, string libxmtp)
    {
        (App, AppVersion) = Split(app);
        (Client, ClientVersion) = Split(client);
        LibxmtpVersion = libxmtp;
        Tags =
        [
            new("app", App), new("app_version", AppVersion), new("client", Client), new("client_version", ClientVersion),
            new("is_supported_client", s_supported.Contains(Client) ? "true" : "false"), new("libxmtp_version", LibxmtpVersion),
        ];
    }

    public string App { get; }

    public string AppVersion { get; }

    public string Client { get; }

    public string ClientVersion { get; }

    public string LibxmtpVersion { get; }

    /// <summary>The labels of metrics.</summary>
    public KeyValuePair<string, object?>[] Tags { get; }

    private static (string Name, string Version) Split(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (text, string.Empty) : (text[..slash], text[(slash + 1)..]);
    }
}
