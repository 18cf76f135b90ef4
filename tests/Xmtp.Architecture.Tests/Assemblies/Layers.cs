namespace Xmtp.Architecture.Tests.Assemblies;

/// <summary>Which project may know which: arrows point down only, and hosts know cores, never the reverse.</summary>
internal static class Layers
{
    private static readonly string[] Identity = ["Xmtp.Protocol", "Xmtp.Cryptography", "Xmtp.Identity"];
    private static readonly string[] Client = [.. Identity, "Xmtp.ContentTypes", "Xmtp.Client"];
    private static readonly string[] Store = [.. Identity, "Xmtp.Node.Core"];
    private static readonly string[] Node = [.. Store, "Xmtp.Node.Storage.RocksDb", "Xmtp.Node.Storage.Postgres", "Xmtp.Node"];

    /// <summary>What each project under src may know, directly or not.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyCollection<string>> Allowed { get; } = new Dictionary<string, IReadOnlyCollection<string>>
    {
        ["Xmtp.Protocol"] = [],
        ["Xmtp.Cryptography"] = ["Xmtp.Protocol"],
        ["Xmtp.Identity"] = ["Xmtp.Protocol", "Xmtp.Cryptography"],
        ["Xmtp.ContentTypes"] = Identity,
        ["Xmtp.Client"] = [.. Identity, "Xmtp.ContentTypes"],
        ["Xmtp.Client.Storage.Sqlite"] = Client,
        ["Xmtp.Extensions.Hosting"] = [.. Client, "Xmtp.Client.Storage.Sqlite"],
        ["Xmtp.Bots"] = [.. Client, "Xmtp.Client.Storage.Sqlite", "Xmtp.Extensions.Hosting"],
        ["Xmtp.Client.Storage.IndexedDb"] = Client,
        ["Xmtp.Inbox"] = [.. Client, "Xmtp.Client.Storage.IndexedDb"],
        ["Xmtp.Node.Core"] = Identity,
        ["Xmtp.Node.Storage.RocksDb"] = Store,
        ["Xmtp.Node.Storage.Postgres"] = Store,
        ["Xmtp.Node"] = Node.Except(["Xmtp.Node"]).ToArray(),
        ["Xmtp.Testing"] = [.. Client, .. Node],
        ["Xmtp.Cli"] = [.. Client, .. Node, "Xmtp.Client.Storage.Sqlite", "Xmtp.Extensions.Hosting", "Xmtp.Bots", "Xmtp.Testing"],
    };

    /// <summary>What must never be found below a host: a web framework above all, and a database outside its own project.</summary>
    public static IReadOnlyList<(string Project, string Prefix)> Forbidden { get; } =
    [
        .. new[] { "Xmtp.Protocol", "Xmtp.Cryptography", "Xmtp.Identity", "Xmtp.ContentTypes", "Xmtp.Client", "Xmtp.Extensions.Hosting", "Xmtp.Bots", "Xmtp.Node.Core" }
            .SelectMany(project => new[] { "Microsoft.AspNetCore", "Grpc.AspNetCore", "RocksDb", "Npgsql", "OpenTelemetry", "System.CommandLine" }
                .Select(prefix => (project, prefix))),
        ("Xmtp.Node.Storage.RocksDb", "Microsoft.AspNetCore"),
        ("Xmtp.Node.Storage.Postgres", "Microsoft.AspNetCore"),
        ("Xmtp.Protocol", "Microsoft.Extensions"),
        ("Xmtp.Cryptography", "Grpc.Net"),
        ("Xmtp.Identity", "Grpc.Net"),
        ("Xmtp.ContentTypes", "Grpc.Net"),
    ];
}
