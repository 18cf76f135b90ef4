using System.CommandLine;
using System.CommandLine.Invocation;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Demo;
using Xmtp.Cli.Native;

PackedLibrary.Register();
var root = new RootCommand("""
    End-to-end encrypted messages between wallets: send, read, and run the network.

    Begin with `xmtp demo`. Or `xmtp node run` in one terminal, and in another `xmtp identity create`, then send, read and stream.
    """)
{
    DemoCommand.Create(),
    NodeCommand.Create(),
    IdentityCommand.Create(),
    ContactCommand.Create(),
    SendCommand.Create(),
    ReadCommand.Create(),
    StreamCommand.Create(),
    ErrorCommand.Create(),
};
GlobalOptions.AddTo(root);

// No response files: a message may begin with @.
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Action is ParseErrorAction wrong) return CommandRunner.RefuseUsage(parsed, wrong);

// No time limit after Ctrl+C: what is open is closed in order first. The node listens to signals itself.
return await parsed.InvokeAsync(new InvocationConfiguration
{
    ProcessTerminationTimeout = NodeCommand.IsRun(parsed) ? null : Timeout.InfiniteTimeSpan,
});
