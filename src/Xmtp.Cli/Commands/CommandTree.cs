using System.CommandLine;
using Xmtp.Cli.Bench;
using Xmtp.Cli.Cheats;
using Xmtp.Cli.Completions;
using Xmtp.Cli.Demo;
using Xmtp.Cli.Manual;

namespace Xmtp.Cli.Commands;

/// <summary>All verbs. Help, completions, the manual page and the reference are made from this.</summary>
internal static class CommandTree
{
    /// <summary>Makes the root command with all verbs and options.</summary>
    public static RootCommand Create() => Create(withNodeOptions: true);

    /// <summary>Makes what a command line needs, which starts sooner.</summary>
    public static RootCommand CreateFor(IEnumerable<string> arguments) => Create(arguments.Any(static argument => argument == "node" || argument.Contains("node ", StringComparison.Ordinal)));

    /// <summary>Parses a command line. No response files: a message may begin with @.</summary>
    public static ParseResult Parse(RootCommand root, IReadOnlyList<string> arguments) =>
        root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static RootCommand Create(bool withNodeOptions)
    {
        var root = new RootCommand("""
            End-to-end encrypted messages between wallets: send, read, and run the network.

            Begin with `xmtp demo`. Or `xmtp node run` in one terminal, and in another `xmtp identity create`, then send, read and stream.
            """)
        {
            DemoCommand.Create(),
            NodeCommand.Create(withNodeOptions),
            ContextCommand.Create(),
            IdentityCommand.Create(),
            ContactCommand.Create(),
            SendCommand.Create(),
            ReadCommand.Create(),
            StreamCommand.Create(),
            InboxCommand.Create(),
            ConsentCommand.Create(),
            DecodeCommand.Create(),
            ServeCommand.Create(),
            BenchCommand.Create(),
            ErrorCommand.Create(),
            CheatCommand.Create(),
            CompletionsCommand.Create(),
            ManCommand.Create(),
        };
        GlobalOptions.AddTo(root);
        return root;
    }
}
