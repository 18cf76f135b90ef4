using System.Collections.Concurrent;

namespace Xmtp.Node.Calls;

/// <summary>
/// The versions that clients reported. Clients choose these texts, so the table takes only so many of them; whoever
/// comes later counts as <c>other</c>, and no client can fill the node's memory or its metrics.
/// </summary>
internal sealed class ClientVersionTable
{
    private const int EntriesMax = 64;
    private const int TextLengthMax = 64;
    private const string AppVersion = "X-App-Version";
    private const string ClientVersion = "X-Client-Version";
    private const string LibxmtpVersion = "X-Libxmtp-Version";

    private static readonly ClientVersions s_other = new("other", "other", "other");
    private readonly ConcurrentDictionary<(string App, string Client, string Libxmtp), ClientVersions> _known = new();

    /// <summary>What the headers of a request say.</summary>
    public ClientVersions Read(IHeaderDictionary headers)
    {
        var key = (Text(headers, AppVersion), Text(headers, ClientVersion), Text(headers, LibxmtpVersion));
        if (_known.TryGetValue(key, out var known)) return known;
        if (_known.Count >= EntriesMax || !IsPlain(key.Item1) || !IsPlain(key.Item2) || !IsPlain(key.Item3)) return s_other;
        return _known.GetOrAdd(key, static key => new ClientVersions(key.App, key.Client, key.Libxmtp));
    }

    private static string Text(IHeaderDictionary headers, string name) => headers.TryGetValue(name, out var values) ? values.ToString() : string.Empty;

    private static bool IsPlain(string text) => text.Length <= TextLengthMax && text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;
}
