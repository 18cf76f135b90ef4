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
        using Socket http = Take(5555), grpc = Take(5556), grpcWeb = Take(5557);
        using var home = new CliHome();
        var steps = (await home.RunAsync("demo", "--once", "--json")).Exited(0).Results;

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

        Assert.Empty(Directory.GetDirectories(home.Path, "xmtp-demo-*"));
    }

    [Fact]
    public async Task Demo_AsText_NumbersEachStepAndStaysUpUntilInterrupted()
    {
        using var home = new CliHome();
        await using var demo = await home.StartAsync("demo");
        var invitation = await demo.Output.LineAsync("stays up until Ctrl+C");

        var address = invitation.Split(' ').Last(static word => word.StartsWith("http://", StringComparison.Ordinal));
        (await home.RunAsync("--node", address, "--json", "contact", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")).Exited(3);
        demo.Signal(PosixSignal.SIGINT);
        var result = (await demo.ExitAsync()).Exited(0);
        Assert.Empty(result.Error);
        Assert.All(Enumerable.Range(1, 10), step => Assert.Contains($" {step,2}. ", result.Output, StringComparison.Ordinal));
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
