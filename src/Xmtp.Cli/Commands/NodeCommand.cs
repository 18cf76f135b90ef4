using System.CommandLine;
using Xmtp.Cli.Output;
using Xmtp.Node;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp node run</c>: the node's own command line, unchanged.</summary>
internal static class NodeCommand
{
    public static Command Create()
    {
        return new Command("node", "Run a node.");
    }
}
