using System.CommandLine;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Output;
using Xmtp.Node.Hosting;

namespace Xmtp.Cli.Demo;

/// <summary><c>xmtp demo [--once]</c>.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "End when the last step is done." };
        var command = new Command("demo", "Run a node, let two wallets write to each other, and show each step.") { once };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            await using var node = await DemoNode.StartAsync(cancellationToken);
            await new DemoScript(console, node.Host.GrpcAddress).RunAsync(cancellationToken);
            if (parsed.GetValue(once)) return ExitCode.Success;
            Invite(console, node.Host);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Invite(CliConsole console, NodeHost node)
    {
        console.Line();
        console.Line($"The node stays up until Ctrl+C: {console.Bold(node.HttpAddress.ToString())} (HTTP), {console.Bold(node.GrpcAddress.ToString())} (gRPC)");
        console.Line("Try it from another terminal:");
        var at = node.GrpcPort == 5556 ? "" : $" --node {node.GrpcAddress}";
        console.Line($"  dotnet run --project src/Xmtp.Cli -- identity create{at}");
        console.Line($"  dotnet run --project src/Xmtp.Cli -- stream{at}");
    }
}
