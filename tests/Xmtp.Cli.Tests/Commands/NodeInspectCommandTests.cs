using System.Text.Json.Nodes;
using Google.Protobuf;
using Xmtp.Cli.Tests.Nodes;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;

namespace Xmtp.Cli.Tests.Commands;

public class NodeInspectCommandTests
{
    [Fact]
    public async Task Entry_ThatHolds_ShowsEveryField()
    {
        await using var node = await FakeNode.StartAsync();
        var log = new FakeLog(node.Key).AppendMany(5);
        node.Hold(log);
        using var home = new CliHome(node.ClientPort);
        var entry = (await home.RunAsync("--json", "node", "inspect", "entry", $"{log.Hash.ToString()[..10]}/4", "--payload")).Exited(0).Result;
        Assert.Equal((log.Hash.ToString(), 4, "classic-envelope", 9), ((string?)entry["log"], (int)entry["sequence"]!, (string?)entry["kind"], (int)entry["payloadLength"]!));
        Assert.Equal("message 4", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)entry["payload"]!)));
        Assert.Equal("/xmtp/0/m-fake/proto", (string?)entry["topic"]);
        Assert.Equal(("1700000003000000000", "2023-11-14T22:13:23.0000000Z"), ((string?)entry["originatorTimeNs"], (string?)entry["originatorTime"]));
        Assert.Equal(
            [("log", true), ("chain", true), ("signature", true), ("payload", true), ("kind", true), ("idempotency key", true), ("digest", true), ("token", null)], Verdicts(entry));
    }

    [Fact]
    public async Task Entry_AsText_LeavesThePayloadOut()
    {
        await using var node = await FakeNode.StartAsync();
        var log = new FakeLog(node.Key).AppendMany(1);
        node.Hold(log);
        using var home = new CliHome(node.ClientPort);
        var text = (await home.RunAsync("node", "inspect", "entry", $"{log.Name}/1")).Exited(0).Output;
        Assert.StartsWith($"entry             {log.Name}/1\n", text, StringComparison.Ordinal);
        Assert.Contains("payload length    9 bytes\n", text, StringComparison.Ordinal);
        Assert.Contains("signature         holds: the originator signed a head at it\n", text, StringComparison.Ordinal);
        Assert.Contains("chain             open: it is the first entry of its log\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("6d657373616765", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entry_ThatWasChanged_SaysWhatDoesNotHold()
    {
        await using var node = await FakeNode.StartAsync();
        var log = new FakeLog(node.Key).AppendMany(5);
        node.Hold(log);
        node.Ranges[log.Hash] = from => log.Frames(from, forge: static (number, payload) => number == 3 ? [.. payload[1..], 7] : payload);
        using var home = new CliHome(node.ClientPort);
        var entry = (await home.RunAsync("--json", "node", "inspect", "entry", $"{log.Hash}/3")).Exited(4).Result;
        Assert.Equal(["payload", "digest"], Verdicts(entry).Where(static verdict => verdict.Holds == false).Select(static verdict => verdict.Name));
    }

    [Fact]
    public async Task Entry_TokenThatDoesNotHold_SaysThatReadersSeeNothing()
    {
        await using var node = await FakeNode.StartAsync();
        var log = new FakeLog(node.Key)
            .Append("a", "/xmtp/0/contact-0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266/proto", EntryKind.ProtectedClassicEnvelope, token: [1, 2, 3])
            .Append("b", "/xmtp/0/contact-0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266/proto");
        node.Hold(log);
        using var home = new CliHome(node.ClientPort);
        var entry = (await home.RunAsync("--json", "node", "inspect", "entry", $"{log.Hash}/1")).Exited(4).Result;
        Assert.Equal(("token", false), Verdicts(entry)[^1]);
        Assert.Equal("protected-classic-envelope", (string?)entry["kind"]);
        entry = (await home.RunAsync("--json", "node", "inspect", "entry", $"{log.Hash}/2")).Exited(0).Result;
        Assert.Contains("no token came with it", (string?)entry["verdicts"]!.AsArray()[^1]!["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0000000000000000/1", 3, "XMTP1010")]
    [InlineData("LOG/6", 3, "XMTP1010")]
    public async Task Entry_NotThere_IsNotFound(string reference, int exitCode, string code)
    {
        await using var node = await FakeNode.StartAsync();
        var log = new FakeLog(node.Key).AppendMany(5);
        node.Hold(log);
        using var home = new CliHome(node.ClientPort);
        (await home.RunAsync("--json", "node", "inspect", "entry", reference.Replace("LOG", log.Hash.ToString(), StringComparison.Ordinal))).Failed(exitCode, code);
    }

    [Fact]
    public async Task Entry_NodeThatGivesNone_SaysSo()
    {
        await using var node = await FakeNode.StartAsync();
        var log = new FakeLog(node.Key).AppendMany(5);
        node.Hold(log);
        node.Ranges.Clear();
        using var home = new CliHome(node.ClientPort);
        Assert.Contains("gives no entries to this machine", (await home.RunAsync("--json", "node", "inspect", "entry", $"{log.Hash}/1")).Failed(4, "XMTP3012"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_OneOrAll_ShowsWhatTheNodeHolds()
    {
        await using var node = await FakeNode.StartAsync();
        using var other = NodeKey.Generate();
        var log = new FakeLog(node.Key).AppendMany(5);
        node.Hold(log);
        node.Hold(new FakeLog(other).AppendMany(2), isFrozen: true);
        using var home = new CliHome(node.ClientPort);
        var shown = (await home.RunAsync("--json", "node", "inspect", "log", $"{node.Name}/0/1", "--node", node.ClientPort.OriginalString)).Exited(3);
        shown = (await home.RunAsync("--json", "node", "inspect", "log", $"{node.Name}/0/0000000000001234")).Exited(0);
        Assert.Equal((5, false), ((int)shown.Result["watermark"]!, (bool)shown.Result["frozen"]!));
        Assert.Equal(("2023-11-14T22:13:20.0000000Z", "2023-11-14T22:13:24.0000000Z"), ((string?)shown.Result["firstTime"], (string?)shown.Result["lastTime"]));
        Assert.Equal((node.Key.Id.ToString(), node.Key.Id.ToString()), ((string?)shown.Result["originator"], (string?)shown.Result["heldBy"]));

        Assert.Equal(2, (await home.RunAsync("--json", "node", "inspect", "log")).Exited(0).Results.Count);
        var table = (await home.RunAsync("node", "inspect", "log")).Exited(0).Output.Split('\n');
        Assert.Matches("^LOG +NAME +ENTRIES  LAST ENTRY +STATE$", table[0]);
        Assert.Contains(table, line => line.StartsWith(log.Hash.ToString()[..12], StringComparison.Ordinal) && line.EndsWith("holds", StringComparison.Ordinal));
        Assert.Contains(table, line => line.EndsWith("frozen", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Head_OfALogAndFromItsBytes_IsTheSame()
    {
        await using var node = await FakeNode.StartAsync();
        var log = new FakeLog(node.Key).AppendMany(5);
        node.Hold(log);
        using var home = new CliHome(node.ClientPort);
        var remote = (await home.RunAsync("--json", "node", "inspect", "head", log.Hash.ToString())).Exited(0).Result;
        Assert.Equal([("signature", true), ("log", true)], Verdicts(remote));
        var bytes = (string)remote["bytes"]!;

        // All but the signature, which is another one each time.
        Assert.StartsWith(Convert.ToHexStringLower(log.Head(5).Bytes.Span[..^NodePublicKey.SignatureLength]), bytes, StringComparison.Ordinal);

        using var offline = new CliHome(DeadNode.Address);
        var key = Convert.ToHexStringLower(node.Key.Public.Bytes.Span);
        Assert.Equal([("signature", null)], Verdicts((await offline.RunAsync("--json", "node", "inspect", "head", bytes)).Exited(0).Result));
        Assert.Equal([("signature", true)], Verdicts((await offline.RunWithInputAsync(bytes + "\n", "--json", "node", "inspect", "head", "-", "--key", key)).Exited(0).Result));
        var damaged = bytes[..^1] + (bytes[^1] == '0' ? '1' : '0');
        var shown = (await offline.RunAsync("node", "inspect", "head", damaged, "--key", key)).Exited(4);
        Assert.Contains("signature         does not hold: the originator did not sign it\n", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Record_OfANodeAndFromItsBytes_IsTheSame()
    {
        await using var network = await FakeNetwork.StartAsync(2);
        using var home = new CliHome(network[0].ClientPort);
        var remote = (await home.RunAsync("--json", "node", "inspect", "record", network[1].Name)).Exited(0).Result;
        Assert.Equal([("signature", true), ("network", true), ("time", true)], Verdicts(remote));
        Assert.Equal((network[1].Key.Id.ToString(), network[1].NodePort, 3), ((string?)remote["id"], (string?)remote["nodeEndpoint"], (int)remote["counter"]!));

        using var offline = new CliHome(DeadNode.Address);
        var again = (await offline.RunWithInputAsync((string)remote["bytes"]!, "--json", "node", "inspect", "record", "-")).Exited(0).Result;
        Assert.Equal((string?)remote["signature"], (string?)again["signature"]);
        var forged = FakeNode.Sign(network[1].Record, network[0].Key).ToByteString().ToBase64();
        Assert.Equal(("signature", false), Verdicts((await offline.RunAsync("--json", "node", "inspect", "record", forged)).Exited(4).Result)[0]);
        (await home.RunAsync("--json", "node", "inspect", "record", new string('0', 20))).Failed(3, "XMTP1010");
    }

    [Theory]
    [InlineData("head", "-", "zz", 4)]
    [InlineData("head", "-", "00ff", 4)]
    [InlineData("record", "-", "AAAA", 4)]
    [InlineData("record", "-", "not base64!", 4)]
    public async Task Offline_NotWhatItShouldBe_IsRefused(string what, string argument, string input, int exitCode)
    {
        using var home = new CliHome(DeadNode.Address);
        (await home.RunWithInputAsync(input, "--json", "node", "inspect", what, argument)).Failed(exitCode, "XMTP4006");
    }

    private static IReadOnlyList<(string Name, bool? Holds)> Verdicts(JsonObject shown) =>
        [.. shown["verdicts"]!.AsArray().Select(static verdict => ((string)verdict!["name"]!, (bool?)verdict["holds"]))];
}
