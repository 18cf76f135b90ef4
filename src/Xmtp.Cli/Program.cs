using System.CommandLine;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Demo;
using Xmtp.Cli.Output;

var root = new RootCommand("End-to-end encrypted messages between wallets: send, read, and run the network.")
{
    DemoCommand.Create(),
    NodeCommand.Create(),
    IdentityCommand.Create(),
    ContactCommand.Create(),
    SendCommand.Create(),
    ReadCommand.Create(),
    StreamCommand.Create(),
};
GlobalOptions.AddTo(root);

// No response files: a message may begin with @. No time limit after Ctrl+C: a node drains its streams first.
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = Timeout.InfiniteTimeSpan });
return parsed.Errors.Count > 0 ? ExitCode.Usage : exitCode;
