using System.CommandLine;
using System.Runtime.CompilerServices;
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
            using (story) await new DemoScript(story, network).RunAsync(cancellationToken);
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
        foreach (var verb in (string[])["identity create", "stream", "node peers", "node check --deep"]) console.Line($"  {SelfName()} {verb}{at}");
    }

    /// <summary>How to call this command again: by its name where the shell finds it, by its path where it is one file, or from the source tree.</summary>
    private static string SelfName()
    {
        var file = OperatingSystem.IsWindows() ? "xmtp.exe" : "xmtp";
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        if (folders.Any(folder => File.Exists(Path.Combine(folder, file)))) return "xmtp";
        return RuntimeFeature.IsDynamicCodeSupported ? "dotnet run --project src/Xmtp.Cli --" : Environment.ProcessPath ?? "xmtp";
    }
}
