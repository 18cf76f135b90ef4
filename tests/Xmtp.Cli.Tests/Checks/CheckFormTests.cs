using System.Text.Json;
using Xmtp.Cli.Checks;
using Xmtp.Cli.Output;
using Xmtp.Cli.Tests.Nodes;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Tests.Checks;

public class CheckFormTests
{
    [Fact]
    public async Task Nagios_Ok_IsOneLineWithNumbers()
    {
        await using var network = await OneBehindAsync(9);
        var report = await network.CheckAsync() with { Took = TimeSpan.FromMilliseconds(1234) };
        Assert.Equal(
            "XMTP OK - 2 of 2 nodes answer, 1 log, 12 entries, at most 3 entries behind | nodes=2;;;0 reached=2;;;0 logs=1;;;0 entries=12;;;0 lag=3;10;;0 time=1.234s;;;0\n",
            NagiosForm.Of(report, FakeNetwork.Options));
    }

    [Fact]
    public async Task Nagios_Degraded_NamesReasonsAndKeepsTheBarForNumbers()
    {
        await using var network = await OneBehindAsync(1);
        network[1].Network = "a|b";
        var line = NagiosForm.Of(await network.CheckAsync(), FakeNetwork.Options);
        Assert.StartsWith($"XMTP WARNING - node {network[1].Name} calls its network 'a/b', not 'fake-net'; node {network[1].Name} is 11 entries behind", line, StringComparison.Ordinal);
        Assert.Equal(2, line.Split('|').Length);
        Assert.Single(line.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Nagios_ManyReasons_TellsHowManyMore()
    {
        await using var network = await FakeNetwork.StartAsync(4);
        network.Link((_, _) => LinkState.Suspect);
        Assert.Contains("; and 9 more | nodes=4", NagiosForm.Of(await network.CheckAsync(), FakeNetwork.Options), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nagios_NotAsked_IsUnknownWithoutNumbers()
    {
        var report = await new NetworkCheck(FakeNetwork.Options).RunAsync(DeadNode.Address, TestContext.Current.CancellationToken);
        Assert.Matches("^XMTP UNKNOWN - the node at http://127\\.0\\.0\\.1:[0-9]+ cannot be asked: Connection refused[^|]*\n$", NagiosForm.Of(report, FakeNetwork.Options));
    }

    [Fact]
    public async Task Prometheus_OfANetwork_HasAllFamilies()
    {
        await using var network = await OneBehindAsync(9);
        var log = new FakeLog(network[0].Key);
        var report = await network.CheckAsync() with { Took = TimeSpan.FromMilliseconds(1500), Began = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000) };
        var lines = PrometheusForm.Of(report, FakeNetwork.Options).Split('\n');
        Assert.Equal("", lines[^1]);
        var (one, two) = (network[0].Key.Id, network[1].Key.Id);
        Assert.Superset(
            new HashSet<string>
            {
                "# TYPE xmtp_check_status gauge", "xmtp_check_status 0", "xmtp_check_time_seconds 1800000000", "xmtp_check_duration_seconds 1.5",
                "xmtp_check_reasons{kind=\"lag\"} 0", $"xmtp_check_peer_up{{node=\"{one}\"}} 1", $"xmtp_check_peer_up{{node=\"{two}\"}} 1",
                $"xmtp_check_log_entries{{log=\"{log.Hash}\",originator=\"{one}\"}} 12", $"xmtp_check_log_frozen{{log=\"{log.Hash}\",originator=\"{one}\"}} 0",
                $"xmtp_check_watermark{{log=\"{log.Hash}\",originator=\"{one}\",node=\"{two}\"}} 9", $"xmtp_check_lag_entries{{log=\"{log.Hash}\",originator=\"{one}\",node=\"{two}\"}} 3",
            },
            lines.ToHashSet());
        Assert.Contains(lines, line => line.StartsWith($"xmtp_check_record_expiry_seconds{{node=\"{two}\"}} 82", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith($"xmtp_check_peer_clock_offset_seconds{{node=\"{one}\"}} ", StringComparison.Ordinal));

        // Every sample belongs to the family named above it, and every family says what it is, once.
        var families = lines.Where(static line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(static line => line.Split(' ')[2]).ToList();
        Assert.Equal(families, families.Distinct());
        Assert.Equal(families, lines.Where(static line => line.StartsWith("# HELP ", StringComparison.Ordinal)).Select(static line => line.Split(' ')[2]));
        Assert.All(lines.Where(static line => line.Length > 0 && line[0] != '#'), line => Assert.Contains(line.Split('{', ' ')[0], families));
        var samples = lines.Where(static line => line.Length > 0 && line[0] != '#').Select(static line => line.Split(' ')[0]).ToList();
        Assert.Equal(samples, samples.Distinct());
    }

    [Fact]
    public async Task Prometheus_DownAndMissing_AreZeroAndAllOfIt()
    {
        await using var network = await FakeNetwork.StartAsync();
        network[0].Hold(new FakeLog(network[0].Key).AppendMany(12));
        await network[2].StopAsync();
        var page = PrometheusForm.Of(await network.CheckAsync(), FakeNetwork.Options);
        Assert.Contains("xmtp_check_status 1\n", page, StringComparison.Ordinal);
        Assert.Contains("xmtp_check_reasons{kind=\"unreachable\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains($"xmtp_check_peer_up{{node=\"{network[2].Key.Id}\"}} 0\n", page, StringComparison.Ordinal);
        Assert.Matches($"xmtp_check_lag_entries\\{{log=\"[0-9a-f]+\",originator=\"[0-9a-f]+\",node=\"{network[1].Key.Id}\"\\}} 12\n", page);
    }

    [Fact]
    public async Task Prometheus_NotAsked_SaysSo()
    {
        var page = PrometheusForm.Of(await new NetworkCheck(FakeNetwork.Options).RunAsync(DeadNode.Address, TestContext.Current.CancellationToken), FakeNetwork.Options);
        Assert.Contains("xmtp_check_status 3\n", page, StringComparison.Ordinal);
        Assert.Contains("xmtp_check_reasons{kind=\"not-asked\"} 1\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("xmtp_check_peer_up", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_Reasons_HaveALineEachTheWorstFirst()
    {
        await using var network = await OneBehindAsync(1);
        network[0].Peers[0] = network[1].Status(LinkState.Connected, network[0].Key);
        var lines = CheckForms.ToText(await network.CheckAsync(), new CliConsole(TextWriter.Null, TextWriter.Null, json: false, colours: false)).Split(Environment.NewLine);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("failed    network fake-net: 2 of 2 nodes answer, 1 log, 12 entries", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("failed    the record of node", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("degraded  node", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_Report_HoldsNodesLogsAndReasons()
    {
        await using var network = await OneBehindAsync(1);
        var report = CheckForms.ToOutput(await network.CheckAsync());
        var text = JsonSerializer.Serialize(report, CliJson.Default.NodeCheckOutput);
        Assert.Equal(("degraded", 11UL, "lag"), (report.Status, report.LagMax, Assert.Single(report.Reasons).Kind));
        Assert.Equal([12UL, 1UL], Assert.Single(report.Logs).Copies.Select(static copy => copy.Watermark));
        Assert.Contains($"\"node\":\"{network[1].Key.Id}\",\"watermark\":1,\"lag\":11,", text, StringComparison.Ordinal);
        Assert.Contains("\"answered\":true", text, StringComparison.Ordinal);
    }

    private static async Task<FakeNetwork> OneBehindAsync(ulong watermark)
    {
        var network = await FakeNetwork.StartAsync(2);
        var log = new FakeLog(network[0].Key).AppendMany(12);
        network[0].Hold(log);
        network[1].Hold(log, watermark);
        return network;
    }
}
