
namespace Xmtp.Node.Options;

/// <summary>Every option of a node, declared once: flags, variables, file members, help and reference come from here.</summary>
public static class NodeOptionList
{
    private static readonly NodeOptions s_defaults = new();

    /// <summary>All options in the order in which help shows them.</summary>
    public static IReadOnlyList<NodeOption> All { get; } =
    [
        Text("data-dir", "path", "Where the embedded store lives. Made readable by its owner only.", s_defaults.DataDirectory,
            static (options, value) => options with { DataDirectory = value }),
        Choice("store", "Where envelopes are kept; memory forgets them when the node stops.", s_defaults.Store,
            [("rocksdb", StoreKind.RocksDb), ("memory", StoreKind.Memory)], static (options, value) => options with { Store = value }),
        Text("listen", "address", "Address to listen on: an IP address, localhost, or * for all interfaces.", s_defaults.Listen,
            static (options, value) => options with { Listen = value }),
        Port("http-port", "HTTP/JSON gateway, gRPC-Web, health (/healthz, /readyz) and metrics (/metrics).", s_defaults.HttpPort,
            static (options, value) => options with { HttpPort = value }),
        Port("grpc-port", "gRPC over HTTP/2 without TLS.", s_defaults.GrpcPort,
            static (options, value) => options with { GrpcPort = value }),
        Port("grpc-web-port", "gRPC-Web.", s_defaults.GrpcWebPort,
            static (options, value) => options with { GrpcWebPort = value }),
        Optional("network-port", "port|off", "Where other nodes connect, over TLS. off for a node that stands alone; 0 takes any free port.", "5600",
            static (options, value) => options with { NetworkPort = OptionValues.ParseNumber(value, 0, ushort.MaxValue) }, static options => options with { NetworkPort = null }),
        List("bootstrap", "host:port", "Node ports of the network to join; one that answers is enough. None for the first node.",
            static (options, values) => options with { Network = options.Network with { Bootstrap = values } }),
        Text("advertise", "host[:port]", "Where other nodes reach this one, when that is not the address it listens on.", "listen address",
            static (options, value) => options with { Network = options.Network with { Advertise = value } }),
        Text("advertise-grpc", "address", "Where clients reach gRPC, for example https://xmtp.example.org.", "from --advertise",
            static (options, value) => options with { Network = options.Network with { AdvertiseGrpc = value } }),
        Text("advertise-grpc-web", "address", "Where clients reach gRPC-Web.", "from --advertise",
            static (options, value) => options with { Network = options.Network with { AdvertiseGrpcWeb = value } }),
        Text("advertise-http", "address", "Where clients reach the HTTP/JSON gateway.", "from --advertise",
            static (options, value) => options with { Network = options.Network with { AdvertiseHttp = value } }),
        Text("network", "name", "Name of the network. Nodes of another name are refused.", s_defaults.Network.Name,
            static (options, value) => options with { Network = options.Network with { Name = value } }),
        Text("region", "label", "Where the node stands, for people and for clients that choose.", "none",
            static (options, value) => options with { Network = options.Network with { Region = value } }),
        Text("network-allow-list", "path", "File of node ids, one a line, that alone may join. They have no quota.", "none",
            static (options, value) => options with { Network = options.Network with { AllowListFile = value } }),
        Text("network-deny-list", "path", "File of node ids, one a line, that may not join.", "none",
            static (options, value) => options with { Network = options.Network with { DenyListFile = value } }),
        List("trusted-nodes", "node id", "Nodes that have no quota.",
            static (options, values) => options with { Network = options.Network with { TrustedNodes = [.. values.Select(OptionValues.ParseNode)] } }),
        Switch("node-quotas", "Whether other nodes may add only so much to this one's store, more as they grow older.", s_defaults.Network.Quotas,
            static (options, value) => options with { Network = options.Network with { Quotas = value } }),
        new("admission-bits", "count", "Work that joining costs: zero bits of a proof in each node's record, each one doubling it. All nodes of a network set the same.", "0",
            static (options, values) => options with { Network = options.Network with { AdmissionBits = OptionValues.ParseNumber(values[0], 0, NetworkOptionsValidator.AdmissionBitsMax) } }),
        Switch("network-picture", "Whether anybody may read on the HTTP port, at /network, which nodes there are, how they are linked and how far each has each log.", s_defaults.Network.Picture,
            static (options, value) => options with { Network = options.Network with { Picture = value } }),
        Text("retention-xmtp-topics", "time|forever", "How long envelopes on topics that begin with /xmtp/ are kept, for example 90d. Counts for what is published from then on.", OptionValues.Forever,
            static (options, value) => options with { Retention = (options.Retention ?? new()) with { XmtpTopics = OptionValues.ParseRetention(value) } }),
        Text("retention-other-topics", "time|forever", "The same for all other topics.", OptionValues.FormatRetention(new RetentionSettings().OtherTopics),
            static (options, value) => options with { Retention = (options.Retention ?? new()) with { OtherTopics = OptionValues.ParseRetention(value) } }),
        Switch("authentication", "Whether a publish needs a token. When off, anyone may write to any topic.", s_defaults.Authentication,
            static (options, value) => options with { Authentication = value }),
        List("privileged-wallets", "address", "Wallets that may write to every topic.",
            static (options, values) => options with { PrivilegedWallets = [.. values.Select(OptionValues.ParseWallet)] }),
        File("allow-list", "File of wallets, one a line, that have a second allowance of publishes, four times as large, when that of their address is used up.",
            static (options, value) => options with { AllowListFile = value }),
        File("deny-list", "File of wallets, one a line, that may not publish.",
            static (options, value) => options with { DenyListFile = value }),
        Switch("rate-limits", "Whether one client address may ask only so much.", s_defaults.RateLimits.Enabled,
            static (options, value) => options with { RateLimits = options.RateLimits with { Enabled = value } }),
        Switch("rate-limit-loopback", "Whether the limits hold for clients on this machine too.", s_defaults.RateLimits.Loopback,
            static (options, value) => options with { RateLimits = options.RateLimits with { Loopback = value } }),
        Count("requests-per-minute", "Queries and opened streams that one client gets back per minute.", s_defaults.RateLimits.RequestsPerMinute,
            static (options, value) => options with { RateLimits = options.RateLimits with { RequestsPerMinute = value } }),
        Count("requests-capacity", "Queries and opened streams that a rested client may make at once.", s_defaults.RateLimits.RequestsCapacity,
            static (options, value) => options with { RateLimits = options.RateLimits with { RequestsCapacity = value } }),
        Count("publishes-per-minute", "Published envelopes that one client gets back per minute.", s_defaults.RateLimits.PublishesPerMinute,
            static (options, value) => options with { RateLimits = options.RateLimits with { PublishesPerMinute = value } }),
        Count("publishes-capacity", "Envelopes that a rested client may publish at once.", s_defaults.RateLimits.PublishesCapacity,
            static (options, value) => options with { RateLimits = options.RateLimits with { PublishesCapacity = value } }),
        List("trusted-proxies", "address or network", "Proxies whose X-Forwarded-For header is believed, for example 10.0.0.0/8.",
            static (options, values) => options with { TrustedProxies = [.. values.Select(OptionValues.ParseNetwork)] }),
        Optional("admin-port", "port|off", "The operator's port: status, drain, backup, lists, limits. Everything on it needs the token. 0 takes any free port.", "off",
            static (options, value) => options with { Admin = options.Admin with { Port = OptionValues.ParseNumber(value, 0, ushort.MaxValue) } }, static options => options with { Admin = options.Admin with { Port = null } }),
        Text("admin-bind", "address", "Address that the operator's port listens on: an IP address, localhost, or * for all interfaces. It speaks no TLS.", s_defaults.Admin.Bind,
            static (options, value) => options with { Admin = options.Admin with { Bind = value } }),
        List("admin-host", "name", "Host names that the operator's port may be called by, beside localhost and IP addresses.",
            static (options, values) => options with { Admin = options.Admin with { Hosts = values } }),
        Text("admin-token-file", "path", "File of the operator's token; made when it does not exist. Readable by its owner only.", "admin.token in --data-dir",
            static (options, value) => options with { Admin = options.Admin with { TokenFile = value } }),
        Choice("log-format", "How log lines look.", s_defaults.LogFormat,
            [("console", LogFormat.Console), ("json", LogFormat.Json)], static (options, value) => options with { LogFormat = value }),
        Choice("log-level", "The least important level that is written. SIGUSR1 switches debug on and off while the node runs.", s_defaults.LogLevel,
            [("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("information", LogLevel.Information), ("warning", LogLevel.Warning), ("error", LogLevel.Error), ("critical", LogLevel.Critical), ("none", LogLevel.None)],
            static (options, value) => options with { LogLevel = value }),
        Duration("shutdown-timeout", "How long a stopping node waits for calls and streams before it cuts them off.", s_defaults.ShutdownTimeout,
            static (options, value) => options with { ShutdownTimeout = value }),
        Duration("stream-drain-time", "Over what time a stopping node closes its streams at most.", s_defaults.StreamDrainTime,
            static (options, value) => options with { StreamDrainTime = value }),
        Switch("inbox", "Whether the web inbox is served at / of the HTTP port.", s_defaults.Inbox,
            static (options, value) => options with { Inbox = value }),
        Switch("reflection", "Whether gRPC tools may ask which services and messages exist.", s_defaults.Reflection,
            static (options, value) => options with { Reflection = value }),
    ];

    private static NodeOption Text(string name, string valueName, string description, string defaultText, Func<NodeOptions, string, NodeOptions> apply) =>
        new(name, valueName, description, defaultText, (options, values) => apply(options, values[0]));

    private static NodeOption Optional(
        string name, string valueName, string description, string defaultText, Func<NodeOptions, string, NodeOptions> apply, Func<NodeOptions, NodeOptions> turnOff) =>
        Text(name, valueName, description, defaultText, (options, value) => value.Equals("off", StringComparison.OrdinalIgnoreCase) ? turnOff(options) : apply(options, value));

    private static NodeOption File(string name, string description, Func<NodeOptions, string, NodeOptions> apply) =>
        Text(name, "path", description + " Read again when it changes.", "none", apply);

    private static NodeOption List(string name, string valueName, string description, Func<NodeOptions, IReadOnlyList<string>, NodeOptions> apply) =>
        new(name, valueName, description, "none", apply) { IsList = true };

    private static NodeOption Switch(string name, string description, bool defaultValue, Func<NodeOptions, bool, NodeOptions> apply) =>
        new(name, "on|off", description, defaultValue ? "on" : "off", (options, values) => apply(options, OptionValues.ParseSwitch(values[0]))) { IsSwitch = true };

    private static NodeOption Port(string name, string description, int defaultValue, Func<NodeOptions, int, NodeOptions> apply) =>
        new(name, "port", description + " 0 takes any free port.", OptionValues.Format(defaultValue),
            (options, values) => apply(options, OptionValues.ParseNumber(values[0], 0, ushort.MaxValue)));

    private static NodeOption Count(string name, string description, int defaultValue, Func<NodeOptions, int, NodeOptions> apply) =>
        new(name, "count", description, OptionValues.Format(defaultValue),
            (options, values) => apply(options, OptionValues.ParseNumber(values[0], 1, int.MaxValue)));

    private static NodeOption Duration(string name, string description, TimeSpan defaultValue, Func<NodeOptions, TimeSpan, NodeOptions> apply) =>
        new(name, "time", description, OptionValues.Format(defaultValue),
            (options, values) => apply(options, OptionValues.ParseDuration(values[0])));

    private static NodeOption Choice<T>(string name, string description, T defaultValue, (string Name, T Value)[] choices, Func<NodeOptions, T, NodeOptions> apply)
        where T : struct, Enum
    {
        var names = choices.Select(static choice => choice.Name).ToArray();
        var defaultText = choices.First(choice => EqualityComparer<T>.Default.Equals(choice.Value, defaultValue)).Name;
        return new(name, string.Join('|', names), description, defaultText, (options, values) =>
        {
            var index = Array.FindIndex(names, candidate => candidate.Equals(values[0], StringComparison.OrdinalIgnoreCase));
            return index >= 0 ? apply(options, choices[index].Value) : throw new FormatException($"must be one of {string.Join(", ", names)}");
        });
    }
}
