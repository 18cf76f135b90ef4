using Xmtp.Cli.Tests.Nodes;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Tests.Commands;

public class NodeCheckCommandTests
{
    [Theory]
    [InlineData("", "ok        network fake-net: 2 of 2 nodes answer, 1 log, 3 entries, all in step\n")]
    [InlineData("--nagios", "XMTP OK - 2 of 2 nodes answer, 1 log, 3 entries, all in step | nodes=2;")]
    [InlineData("--prometheus", "# HELP xmtp_check_status ")]
    [InlineData("--json", "{\"status\":\"ok\",\"summary\":")]
    [InlineData("--deep", "ok        network fake-net: 2 of 2 nodes answer, 1 log, 3 entries, all in step, 6 entries read and compared\n")]
    public async Task Check_InStep_EndsWithZeroInEveryForm(string form, string begins)
    {
        await using var network = await FakeNetwork.StartAsync(2);
        network.HoldAll(new FakeLog(network[0].Key).AppendMany(3));
        using var home = new CliHome(network[0].ClientPort);
        var result = (await home.RunAsync(["node", "check", .. form.Split(' ', StringSplitOptions.RemoveEmptyEntries)])).Exited(0);
        Assert.StartsWith(begins, result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task Check_Degraded_EndsWithOne()
    {
        await using var network = await FakeNetwork.StartAsync(2);
        network.Link((node, _) => node == network[0] ? LinkState.Suspect : LinkState.Connected);
        using var home = new CliHome(network[0].ClientPort);
        Assert.Contains($"\ndegraded  node {network[0].Name} hears nothing from", (await home.RunAsync("node", "check")).Exited(1).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Failed_EndsWithTwo()
    {
        await using var network = await FakeNetwork.StartAsync(2);
        var log = new FakeLog(network[0].Key).AppendMany(3);
        network[0].Hold(log);
        network[1].Hold(log.Fork(1).AppendMany(1).Append("other"));
        using var home = new CliHome(network[0].ClientPort);
        Assert.StartsWith("XMTP CRITICAL - nodes ", (await home.RunAsync("node", "check", "--nagios")).Exited(2).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NodeDown_EndsWithThree()
    {
        using var home = new CliHome(DeadNode.Address);
        Assert.StartsWith("unknown   the node at ", (await home.RunAsync("node", "check", "--timeout", "5s")).Exited(3).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--json --nagios", "three forms")]
    [InlineData("--timeout 5", "--timeout: '5'")]
    [InlineData("--timeout 2h", "between 1 ms and 1 h")]
    [InlineData("--max-lag many", "--max-lag: 'many'")]
    public async Task Check_WrongCommandLine_EndsWithThreeAndNotAsIfItHadFailed(string arguments, string told)
    {
        using var home = new CliHome(DeadNode.Address);
        var result = (await home.RunAsync(["node", "check", .. arguments.Split(' ')])).Exited(3);
        Assert.Empty(result.Output);
        Assert.Contains(told, result.Error, StringComparison.Ordinal);
    }
}
