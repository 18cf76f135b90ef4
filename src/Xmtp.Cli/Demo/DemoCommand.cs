using System.CommandLine;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Demo;

/// <summary><c>xmtp demo [--once]</c>.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "End when the last step is done." };
        var command = new Command("demo", "Run a network of three nodes, let two wallets write to each other, kill a node, and show each step.") { once };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var story = new DemoStory(console);
            await using var network = await DemoNetwork.StartAsync(cancellationToken);
            await new DemoScript(story, network).RunAsync(cancellationToken);
            if (parsed.GetValue(once)) return ExitCode.Success;
            Invite(console, network);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Invite(CliConsole console, DemoNetwork network)
    {
        console.Line();
        console.Line("The network stays up until Ctrl+C.");
        console.Line($"  web inbox  {console.Bold(network.HttpAddress.ToString())}");
        console.Line($"  network    {console.Bold(new Uri(network.HttpAddress, "#/network").ToString())}");
        foreach (var node in network.Running) console.Line($"  {node.Name}     {console.Bold(node.Address.ToString())} (gRPC)");
        console.Line("Try it from another terminal:");
        var at = network.HasKnownPorts ? "" : $" --node {network[1].Address}";
        foreach (var verb in (string[])["identity create", "stream", "node peers", "node check --deep"]) console.Line($"  dotnet run --project src/Xmtp.Cli -- {verb}{at}");
    }
}
