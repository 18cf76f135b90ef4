using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Xmtp.Cli.Tests.Demo;

public class DemoCommandTests
{
    [Fact]
    public async Task Demo_DefaultPortsTaken_ShowsEachStepAndOnlyCiphertextOnTheNetwork()
    {
        using Socket http = Take(5555), grpc = Take(5556), grpcWeb = Take(5557), nodes = Take(5600);
        using var home = new CliHome();
        var result = (await home.RunAsync("demo", "--once", "--json")).Exited(0);
        Assert.Empty(result.Error);
        var steps = result.Results;

        Assert.Equal(Enumerable.Range(1, steps.Count), steps.Select(static step => (int)step["step"]!));
        var texts = steps.Select(static step => (string?)step["plaintext"]).OfType<string>().ToList();
        var seen = steps.Select(static step => (string?)step["ciphertext"]).OfType<string>().ToList();
        Assert.Equal(2, texts.Count);
        Assert.Equal(2, seen.Count);
        foreach (var text in texts)
        {
            foreach (var ciphertext in seen)
            {
                Assert.False(Convert.FromBase64String(ciphertext).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0, "The network saw the plaintext.");
                Assert.DoesNotContain(text, ciphertext, StringComparison.Ordinal);
            }
        }

        // What the network saw stands on more than one node, and where all are the same at the end, it says so of three.
        Assert.All(steps.Where(static step => step["ciphertext"] is not null), static step => Assert.True(step["nodes"]!.AsArray().Count >= 2));
        Assert.Contains(steps, static step => ((string)step["what"]!).StartsWith("Node 3 is killed (SIGKILL", StringComparison.Ordinal));
        Assert.Equal(2, steps.Count(static step => ((string)step["what"]!).EndsWith("each once: none was lost, none came twice.", StringComparison.Ordinal)));
        var logs = steps.Where(static step => ((string)step["what"]!).StartsWith("Log ", StringComparison.Ordinal)).ToList();
        Assert.True(logs.Count >= 3);
        Assert.All(logs, static log => Assert.Equal([1, 2, 3], log["nodes"]!.AsArray().Select(static node => (int)node!)));
        Assert.Contains("has 42 of 42 messages", (string)steps[^1]["what"]!, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(home.Path, "xmtp-demo-*"));
    }

    [Fact]
    public async Task Demo_AsText_NumbersEachStepAndStaysUpUntilInterrupted()
    {
        using var home = new CliHome();
        await using var demo = await home.StartAsync("demo");
        await demo.Output.LineAsync("stays up until Ctrl+C");
        for (var number = 1; number <= 3; number++)
        {
            var address = (await demo.Output.LineAsync($"node {number}     http://")).Split(' ')[^2];
            (await home.RunAsync("--node", address, "--json", "contact", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")).Exited(3);
            if (number == 3) Assert.StartsWith("ok ", (await home.RunAsync("--node", address, "node", "check", "--deep")).Exited(0).Output, StringComparison.Ordinal);
        }

        demo.Signal(PosixSignal.SIGINT);
        var result = (await demo.ExitAsync()).Exited(0);
        Assert.Empty(result.Error);
        Assert.All(Enumerable.Range(1, 20), step => Assert.Contains($" {step,2}. ", result.Output, StringComparison.Ordinal));
        Assert.Contains("reads \"", result.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(home.Path, "xmtp-demo-*"));
    }

    /// <summary>Takes a port; if somebody else has it, all the better.</summary>
    private static Socket Take(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen();
        }
        catch (SocketException)
        {
            return socket;
        }

        return socket;
    }
}
