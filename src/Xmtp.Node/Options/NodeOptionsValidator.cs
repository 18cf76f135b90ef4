using System.Net;

namespace Xmtp.Node.Options;

/// <summary>What must hold for options wherever they came from, also when code made them.</summary>
internal static class NodeOptionsValidator
{
    /// <summary>Every problem, one sentence each.</summary>
    public static IEnumerable<string> Validate(NodeOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.DataDirectory)) yield return "--data-dir: must not be empty";
        if (!IsListenAddress(options.Listen))
            yield return $"--listen: must be an IP address, localhost or *; {options.Listen} is none of them";

        (string Name, string? Path)[] files = [("allow-list", options.AllowListFile), ("deny-list", options.DenyListFile)];
        foreach (var (name, path) in files.Where(static file => file.Path is not null && !File.Exists(file.Path)))
            yield return $"--{name}: there is no file {path}";
        if (!options.Authentication && (options.AllowListFile ?? options.DenyListFile) is not null)
            yield return "--allow-list, --deny-list: need --authentication on, since wallets are known by their tokens only";

        (string Name, int Port)[] ports = [("http-port", options.HttpPort), ("grpc-port", options.GrpcPort), ("grpc-web-port", options.GrpcWebPort), ("network-port", options.NetworkPort ?? 0), ("admin-port", options.Admin.Port ?? 0)];
        foreach (var (name, port) in ports.Where(static port => port.Port is < 0 or > ushort.MaxValue))
            yield return $"--{name}: must be a whole number from 0 to {ushort.MaxValue}, not {port}";
        foreach (var same in ports.Where(static port => port.Port != 0).GroupBy(static port => port.Port).Where(static group => group.Count() > 1))
            yield return $"{string.Join(", ", same.Select(static port => $"--{port.Name}"))}: must differ, all are {same.Key}";

        foreach (var problem in Validate(options.Admin)) yield return problem;
        foreach (var problem in NetworkOptionsValidator.Validate(options.Network, options.NetworkPort is not null)) yield return problem;

        var limits = options.RateLimits;
        (string Name, int Count)[] counts =
        [
            ("requests-per-minute", limits.RequestsPerMinute), ("requests-capacity", limits.RequestsCapacity),
            ("publishes-per-minute", limits.PublishesPerMinute), ("publishes-capacity", limits.PublishesCapacity),
        ];
        foreach (var (name, count) in counts.Where(static count => count.Count < 1))
            yield return $"--{name}: must be at least 1, not {count}; to have no limit, use --rate-limits off";

        if (options.ShutdownTimeout < TimeSpan.Zero) yield return "--shutdown-timeout: must not be negative";
        if (options.StreamDrainTime < TimeSpan.Zero) yield return "--stream-drain-time: must not be negative";
        if (options.StreamDrainTime > options.ShutdownTimeout)
            yield return $"--stream-drain-time ({OptionValues.Format(options.StreamDrainTime)}): must not be longer than --shutdown-timeout ({OptionValues.Format(options.ShutdownTimeout)})";
    }
    private static IEnumerable<string> Validate(AdminSettings admin)
    {
        if (!IsListenAddress(admin.Bind)) yield return $"--admin-bind: must be an IP address, localhost or *; {admin.Bind} is none of them";
        foreach (var host in admin.Hosts.Where(static host => Uri.CheckHostName(host) != UriHostNameType.Dns))
            yield return $"--admin-host: must be host names, without port; {host} is none";
        if (admin.TokenFile is { } path && string.IsNullOrWhiteSpace(path)) yield return "--admin-token-file: must not be empty";
    }

    private static bool IsListenAddress(string text) => text is "*" or "localhost" || IPAddress.TryParse(text, out _);
}
