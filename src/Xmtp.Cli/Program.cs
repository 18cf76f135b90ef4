using System.CommandLine;
using System.CommandLine.Invocation;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Native;

PackedLibrary.Register();
var parsed = CommandTree.Parse(CommandTree.CreateFor(args), args);
if (parsed.Action is ParseErrorAction wrong) return CommandRunner.RefuseUsage(parsed, wrong);

// No time limit after Ctrl+C: what is open is closed in order first. The node listens to signals itself.
return await parsed.InvokeAsync(new InvocationConfiguration
{
    ProcessTerminationTimeout = NodeCommand.IsRun(parsed) ? null : Timeout.InfiniteTimeSpan,
});
