using System.Net;
using Xmtp.Cryptography;

namespace Xmtp.Node.Options;

/// <summary>
/// Everything an operator can set. Immutable; change a copy with <c>with</c>. The defaults are those of a node that
/// published clients find without being told: all interfaces, ports 5555 to 5557 and 5600, tokens required, limits on.
/// </summary>
public sealed record NodeOptions
{
    /// <summary>Where the embedded store lives. Made with owner-only permissions when it does not exist.</summary>
    public string DataDirectory { get; init; } = "./xmtp-data";

    /// <summary>Which store keeps the envelopes.</summary>
    public StoreKind Store { get; init; } = StoreKind.RocksDb;

    /// <summary>The address to listen on: an IP address, <c>localhost</c>, or <c>*</c> for all interfaces.</summary>
    public string Listen { get; init; } = "*";

    /// <summary>HTTP/JSON gateway, gRPC-Web, health and metrics. 0 takes any free port.</summary>
    public int HttpPort { get; init; } = 5555;

    /// <summary>gRPC over HTTP/2 without TLS (prior knowledge). 0 takes any free port.</summary>
    public int GrpcPort { get; init; } = 5556;

    /// <summary>gRPC-Web. 0 takes any free port.</summary>
    public int GrpcWebPort { get; init; } = 5557;

    /// <summary>Where other nodes connect. 0 takes any free port; null for a node that stands alone.</summary>
    public int? NetworkPort { get; init; } = 5600;

    /// <summary>The operator's own port.</summary>
    public AdminSettings Admin { get; init; } = new();

    /// <summary>How long envelopes are kept; null for what the node's services say.</summary>
    public RetentionSettings? Retention { get; init; }

    /// <summary>How the node takes part in its network.</summary>
    public NetworkSettings Network { get; init; } = new();

    /// <summary>Whether a publish needs a token. Without it anyone may write anywhere.</summary>
    public bool Authentication { get; init; } = true;

    /// <summary>Wallets that may write to every topic.</summary>
    public IReadOnlyList<EthereumAddress> PrivilegedWallets { get; init; } = [];

    /// <summary>
    /// File of wallets, one address a line, that have a second allowance of publishes, four times as large, when that of
    /// their address is used up. It is read again when it changes.
    /// </summary>
    public string? AllowListFile { get; init; }

    /// <summary>File of wallets, one address a line, that may not publish. It is read again when it changes.</summary>
    public string? DenyListFile { get; init; }

    /// <summary>How much one client may ask for.</summary>
    public RateLimitSettings RateLimits { get; init; } = new();

    /// <summary>Proxies whose <c>X-Forwarded-For</c> header is believed. From anyone else it is ignored.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>How log lines look.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Console;

    /// <summary>The least important level that is written.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>How long a stopping node waits for calls and streams to end before it cuts them off.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Over what time a stopping node closes its streams at most. Clients reopen a closed stream within a second, so
    /// closing all at once would send them to the other nodes all at once.
    /// </summary>
    public TimeSpan StreamDrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the HTTP port serves the web inbox.</summary>
    public bool Inbox { get; init; } = true;

    /// <summary>Whether gRPC tools may ask which services and messages exist.</summary>
    public bool Reflection { get; init; }
}
