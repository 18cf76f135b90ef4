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

var parsed = root.Parse(args);
var exitCode = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? ExitCode.Usage : exitCode;
