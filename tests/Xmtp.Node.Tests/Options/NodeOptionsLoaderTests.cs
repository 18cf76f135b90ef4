using System.Net;
using Xmtp.Cryptography;
using Xmtp.Node.Options;

namespace Xmtp.Node.Tests.Options;

public sealed class NodeOptionsLoaderTests : IDisposable
{
    private const string NodeId = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private const string Wallet = "0x2e5a3B98a3719FCc93545EF3Ea0672Da8C64a52a";
    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-test-").FullName;

    /// <summary>Each option with a value other than its default, and how to see it.</summary>
    public static TheoryData<string, string, string> Values => new()
    {
        { "data-dir", "/somewhere", "/somewhere" }, { "store", "memory", "Memory" }, { "listen", "127.0.0.1", "127.0.0.1" },
        { "http-port", "1", "1" }, { "grpc-port", "2", "2" }, { "grpc-web-port", "3", "3" },
        { "network-port", "4", "4" }, { "bootstrap", "[2001:db8::1]:5601", "[2001:db8::1]:5601" }, { "advertise", "me:5600", "me:5600" },
        { "advertise-grpc", "https://grpc", "https://grpc" }, { "advertise-grpc-web", "https://web", "https://web" }, { "advertise-http", "http://x:80", "http://x:80" },
        { "network", "other", "other" }, { "region", "there", "there" }, { "network-allow-list", "NODES", "NODES" }, { "network-deny-list", "NODES", "NODES" },
        { "trusted-nodes", NodeId, NodeId }, { "node-quotas", "off", "False" }, { "admission-bits", "20", "20" }, { "network-picture", "off", "False" },
        { "retention-xmtp-topics", "90d", "90d" }, { "retention-other-topics", "forever", "forever" }, { "authentication", "off", "False" },
        { "privileged-wallets", Wallet, Wallet }, { "allow-list", "FILE", "FILE" }, { "deny-list", "FILE", "FILE" },
        { "rate-limits", "off", "False" }, { "rate-limit-loopback", "on", "True" }, { "requests-per-minute", "11", "11" },
        { "requests-capacity", "12", "12" }, { "publishes-per-minute", "13", "13" }, { "publishes-capacity", "14", "14" },
        { "trusted-proxies", "10.0.0.0/8", "10.0.0.0/8" }, { "admin-port", "15", "15" }, { "admin-bind", "10.0.0.1", "10.0.0.1" },
        { "admin-host", "node.example.org", "node.example.org" }, { "admin-token-file", "/token", "/token" }, { "log-format", "json", "Json" }, { "log-level", "debug", "Debug" },
        { "shutdown-timeout", "61s", "00:01:01" }, { "stream-drain-time", "500ms", "00:00:00.5000000" }, { "inbox", "off", "False" }, { "reflection", "on", "True" },
    };

    [Fact]
    public void Load_Values_CoverEveryOption() =>
        Assert.Equal(NodeOptionList.All.Select(static option => option.Name), Values.Select(static row => row.Data.Item1));

    [Theory]
    [MemberData(nameof(Values))]
    public void Option_FromEachSource_TakesEffect(string name, string value, string seen)
    {
        if (value == "FILE") value = seen = WriteFile("list", Wallet);
        if (value == "NODES") value = seen = WriteFile("list", $"# ours\n{NodeId} # one\n\n");
        var option = NodeOptionList.All.Single(option => option.Name == name);
        Assert.NotEqual(seen, Read(name, new NodeOptions()));
        Assert.Equal(seen, Read(name, Load([(name, value)])));
        Assert.Equal(seen, Read(name, Load([], [(option.EnvironmentVariable, value)])));
        Assert.Equal(seen, Read(name, Load([("config", WriteFile("config.json", $$"""{"{{name}}": {{System.Text.Json.JsonSerializer.Serialize(value)}}}"""))])));
    }

    [Fact]
    public void Sources_InOrder_OverrideEachOther()
    {
        var file = WriteFile("config.json", """{"http-port": 1, "grpc-port": 2, "grpc-web-port": 3, /* a comment */ "authentication": false,}""");
        var options = Load([("grpc-web-port", "30")], [("XMTP_CONFIG", file), ("XMTP_GRPC_PORT", "20"), ("XMTP_GRPC_WEB_PORT", "21"), ("XMTP_ENV", "production")]);
        Assert.Equal((1, 20, 30, false), (options.HttpPort, options.GrpcPort, options.GrpcWebPort, options.Authentication));
    }

    [Fact]
    public void Load_Lists_AreRepeatedOrSeparatedByCommasOrArrays()
    {
        IPNetwork[] expected = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("192.0.2.1/32"), IPNetwork.Parse("2001:db8::1/128")];
        var flags = new Dictionary<string, IReadOnlyList<string>> { ["trusted-proxies"] = ["10.0.0.0/8", "192.0.2.1, 2001:db8::1"] };
        Assert.Equal(expected, NodeOptionsLoader.Load(flags, new Dictionary<string, string>()).TrustedProxies);
        Assert.Equal(expected, Load([], [("XMTP_TRUSTED_PROXIES", "10.0.0.0/8,192.0.2.1,2001:db8::1")]).TrustedProxies);
        Assert.Equal(expected, Load([("config", WriteFile("c.json", """{"trusted-proxies":["10.0.0.0/8","192.0.2.1","2001:db8::1"]}"""))]).TrustedProxies);
    }

    [Fact]
    public void Switch_WithoutValue_IsOn()
    {
        var flags = new Dictionary<string, IReadOnlyList<string>> { ["reflection"] = [] };
        Assert.True(NodeOptionsLoader.Load(flags, new Dictionary<string, string>()).Reflection);
    }

    [Fact]
    public void Load_EmptyVariable_CountsAsNotSet() => Assert.Equal(5555, Load([], [("XMTP_HTTP_PORT", " ")]).HttpPort);

    [Fact]
    public void Problems_OfAllSources_AreReportedTogether()
    {
        var file = WriteFile("config.json", """{"http-port": "many", "nonsense": 1, "log-level": {}, "store": null}""");
        var failure = Assert.Throws<NodeOptionsException>(() => Load([("config", file), ("grpc-port", "70000"), ("unknown", "x")], [("XMTP_LOG_FORMAT", "xml")]));
        string[] expected = ["\"http-port\" in the file", "\"nonsense\" in the file: no such option", "\"log-level\" in the file", "\"store\" in the file", "--grpc-port: must be", "--unknown: no such option", "XMTP_LOG_FORMAT: must be one of console, json"];
        Assert.Equal(expected.Length, failure.Errors.Count);
        foreach (var part in expected) Assert.Contains(failure.Errors, error => error.StartsWith(part, StringComparison.Ordinal));
        Assert.Equal("XMTP3006", failure.Code.Id);
    }

    [Theory]
    [InlineData("[]", "must hold one JSON object")]
    [InlineData("{", "is not valid JSON (line 1)")]
    [InlineData("""{"http-port":1,"http-port":2}""", "appears twice")]
    [InlineData("""{"http-port":[1,2]}""", "must be given once")]
    public void Load_BadFile_IsReported(string content, string reason)
    {
        var failure = Assert.Throws<NodeOptionsException>(() => Load([("config", WriteFile("config.json", content))]));
        Assert.Contains(reason, Assert.Single(failure.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MissingFile_IsReported() =>
        Assert.Contains("cannot be read", Assert.Single(Assert.Throws<NodeOptionsException>(() => Load([("config", Path.Combine(_directory, "none"))])).Errors), StringComparison.Ordinal);

    [Theory]
    [InlineData("http-port", "5556", "must differ")]
    [InlineData("http-port", "-1", "must be a whole number from 0 to 65535")]
    [InlineData("listen", "example.org", "must be an IP address")]
    [InlineData("data-dir", "", "must not be empty")]
    [InlineData("requests-per-minute", "0", "must be a whole number from 1")]
    [InlineData("shutdown-timeout", "1s", "must not be longer")]
    [InlineData("shutdown-timeout", "30", "with its unit")]
    [InlineData("shutdown-timeout", "25h", "with its unit")]
    [InlineData("trusted-proxies", "10.0.0.0/33", "must be IP addresses or networks")]
    [InlineData("privileged-wallets", "0x2E5A3B98A3719FCC93545EF3EA0672DA8C64A52A", "must be addresses")]
    [InlineData("deny-list", "/no/such/file", "there is no file")]
    [InlineData("authentication", "maybe", "must be on or off")]
    [InlineData("network-port", "70000", "must be a whole number from 0 to 65535")]
    [InlineData("network-port", "5555", "must differ")]
    [InlineData("bootstrap", "node1", "must be host:port")]
    [InlineData("bootstrap", "node1:0", "must be host:port")]
    [InlineData("advertise", "http://node1", "must be a host or host:port")]
    [InlineData("advertise-grpc", "node1:5556", "must be an absolute address")]
    [InlineData("advertise-http", "https://user@node1", "must be an absolute address")]
    [InlineData("network", "", "must be 1 to 64 printable")]
    [InlineData("region", "\u00e9", "must be at most 64 printable")]
    [InlineData("network-allow-list", "/no/such/file", "there is no")]
    [InlineData("trusted-nodes", "0011", "must be node ids")]
    [InlineData("admission-bits", "33", "must be a whole number from 0 to 32")]
    [InlineData("admin-port", "5555", "must differ")]
    [InlineData("admin-port", "on", "must be a whole number from 0 to 65535")]
    [InlineData("admin-bind", "example.org", "must be an IP address")]
    [InlineData("admin-host", "http://node", "must be host names")]
    [InlineData("admin-host", "node:5558", "must be host names")]
    [InlineData("admin-token-file", "", "must not be empty")]
    [InlineData("retention-xmtp-topics", "90", "with its unit")]
    [InlineData("retention-xmtp-topics", "0.5s", "from a second")]
    [InlineData("retention-other-topics", "40000d", "a hundred years")]
    [InlineData("retention-other-topics", "never", "must be forever")]
    public void Load_WrongValue_IsReportedWithWhatWouldBeRight(string name, string value, string reason)
    {
        var failure = Assert.Throws<NodeOptionsException>(() => Load([(name, value)]));
        Assert.Contains(reason, string.Join('\n', failure.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void NetworkPort_Off_IsANodeThatStandsAlone()
    {
        Assert.Null(Load([("network-port", "off")]).NetworkPort);
        Assert.Contains("needs --network-port", Assert.Single(Assert.Throws<NodeOptionsException>(() => Load([("network-port", "OFF"), ("bootstrap", "a:1")])).Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0011", "line 1 is no node id")]
    [InlineData("# a\n\n" + NodeId + "\n" + NodeId + "0", "line 4 is no node id")]
    public void NetworkList_WrongLine_IsReported(string content, string reason) =>
        Assert.Contains(reason, Assert.Single(Assert.Throws<NodeOptionsException>(() => Load([("network-deny-list", WriteFile("nodes", content))])).Errors), StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string WriteFile(string name, string content)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static NodeOptions Load((string Name, string Value)[] flags, (string Name, string Value)[]? environment = null) => NodeOptionsLoader.Load(
        flags.ToDictionary(static flag => flag.Name, static flag => (IReadOnlyList<string>)[flag.Value]),
        (environment ?? []).ToDictionary(static variable => variable.Name, static variable => variable.Value));

    private static string? Read(string name, NodeOptions options) => name switch
    {
        "data-dir" => options.DataDirectory,
        "store" => options.Store.ToString(),
        "listen" => options.Listen,
        "http-port" => $"{options.HttpPort}",
        "grpc-port" => $"{options.GrpcPort}",
        "grpc-web-port" => $"{options.GrpcWebPort}",
        "network-port" => $"{options.NetworkPort}",
        "bootstrap" => string.Join(',', options.Network.Bootstrap),
        "advertise" => options.Network.Advertise,
        "advertise-grpc" => options.Network.AdvertiseGrpc,
        "advertise-grpc-web" => options.Network.AdvertiseGrpcWeb,
        "advertise-http" => options.Network.AdvertiseHttp,
        "network" => options.Network.Name,
        "region" => options.Network.Region,
        "network-allow-list" => options.Network.AllowListFile,
        "network-deny-list" => options.Network.DenyListFile,
        "trusted-nodes" => string.Join(',', options.Network.TrustedNodes),
        "node-quotas" => $"{options.Network.Quotas}",
        "admission-bits" => $"{options.Network.AdmissionBits}",
        "network-picture" => $"{options.Network.Picture}",
        "retention-xmtp-topics" => OptionValues.FormatRetention(options.Retention?.XmtpTopics),
        "retention-other-topics" => OptionValues.FormatRetention((options.Retention ?? new()).OtherTopics),
        "authentication" => $"{options.Authentication}",
        "privileged-wallets" => string.Join(',', options.PrivilegedWallets.Select(static (EthereumAddress wallet) => wallet.ToString())),
        "allow-list" => options.AllowListFile,
        "deny-list" => options.DenyListFile,
        "rate-limits" => $"{options.RateLimits.Enabled}",
        "rate-limit-loopback" => $"{options.RateLimits.Loopback}",
        "requests-per-minute" => $"{options.RateLimits.RequestsPerMinute}",
        "requests-capacity" => $"{options.RateLimits.RequestsCapacity}",
        "publishes-per-minute" => $"{options.RateLimits.PublishesPerMinute}",
        "publishes-capacity" => $"{options.RateLimits.PublishesCapacity}",
        "trusted-proxies" => string.Join(',', options.TrustedProxies),
        "admin-port" => $"{options.Admin.Port}",
        "admin-bind" => options.Admin.Bind,
        "admin-host" => string.Join(',', options.Admin.Hosts),
        "admin-token-file" => options.Admin.TokenFile,
        "log-format" => $"{options.LogFormat}",
        "log-level" => $"{options.LogLevel}",
        "shutdown-timeout" => $"{options.ShutdownTimeout}",
        "stream-drain-time" => $"{options.StreamDrainTime}",
        "inbox" => $"{options.Inbox}",
        "reflection" => $"{options.Reflection}",
        _ => throw new ArgumentException($"the test does not know {name}", nameof(name)),
    };
}
