namespace Xmtp.Node.Options;

/// <summary>The port on which an operator looks into a running node and changes it. Everything on it needs the node's token.</summary>
public sealed record AdminSettings
{
    /// <summary>The port; 0 takes any free one, null for none.</summary>
    public int? Port { get; init; }

    /// <summary>The address to listen on: an IP address, <c>localhost</c>, or <c>*</c> for all interfaces. It speaks no TLS.</summary>
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>Host names, beside <c>localhost</c> and IP addresses, that requests may name the node by. A page in a browser could make up any other.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>File of the token; null for <c>admin.token</c> in the data directory. Made when it does not exist.</summary>
    public string? TokenFile { get; init; }
}
