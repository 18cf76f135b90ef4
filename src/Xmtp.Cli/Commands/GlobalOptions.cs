using System.CommandLine;
using System.CommandLine.Parsing;
using Xmtp.Cli.Contexts;
using Xmtp.Cli.Output;
using Xmtp.Client;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary>The options every command takes.</summary>
public static class GlobalOptions
{
    /// <summary>JSON lines instead of text.</summary>
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Write results as JSON lines (docs/reference/cli.md has the schema).",
        Recursive = true,
    };

    /// <summary>Which named settings.</summary>
    public static readonly Option<string?> Context = new("--context")
    {
        Description = $"Named settings, see `xmtp context`. [default: what {CliSettings.ContextVariable} says, or the current one]",
        HelpName = "name",
        Recursive = true,
    };

    /// <summary>The nodes to talk to, if the command line says them; see <see cref="NodeOf"/>.</summary>
    public static readonly Option<Uri[]?> Node = new("--node")
    {
        Description = $"gRPC address of the node; given several times, the first that works. [default: what {CliSettings.NodeVariable} or the context says, or {XmtpClientOptions.LocalNode.OriginalString}]",
        HelpName = "address",
        Recursive = true,
        CustomParser = ParseNodes,
    };

    /// <summary>The encrypted wallet file.</summary>
    public static readonly Option<FileInfo?> KeyFile = new("--key-file")
    {
        Description = "Encrypted wallet file. [default: what the context says, or wallet.json in the configuration directory]",
        HelpName = "path",
        Recursive = true,
    };

    /// <summary>A file with the passphrase, for machines.</summary>
    public static readonly Option<FileInfo?> PassphraseFile = new("--passphrase-file")
    {
        Description = "File whose first line is the passphrase of the key file; asked at the terminal when absent.",
        HelpName = "path",
        Recursive = true,
    };

    /// <summary>Nothing on standard error but failures.</summary>
    public static readonly Option<bool> Quiet = new("--quiet", "-q")
    {
        Description = "Tell nothing but results and failures: no progress on standard error.",
        Recursive = true,
    };

    /// <summary>Adds all of them to the root command.</summary>
    public static void AddTo(RootCommand root)
    {
        ArgumentNullException.ThrowIfNull(root);
        root.Options.Add(Json);
        root.Options.Add(Context);
        root.Options.Add(Node);
        root.Options.Add(KeyFile);
        root.Options.Add(PassphraseFile);
        root.Options.Add(Quiet);
    }

    /// <summary>The console a command writes to.</summary>
    public static CliConsole ConsoleOf(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        return CliConsole.ForProcess(parsed.GetValue(Json), parsed.GetValue(Quiet));
    }

    /// <summary>The node to talk to, where one has to do: what the command line says, or the environment, or the context, or the one on this machine.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.OptionsInvalid"/>: the environment or the context says no address.</exception>
    public static Uri NodeOf(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        return CliSettings.Of(parsed).Nodes[0];
    }

    private static Uri[]? ParseNodes(ArgumentResult result)
    {
        var nodes = new List<Uri>();
        foreach (var token in result.Tokens)
        {
            if (TryParseNode(token.Value) is { } node) nodes.Add(node);
            else result.AddError($"--node: {NoNode(token.Value)}");
        }

        return [.. nodes];
    }

    /// <summary>A host and a port alone are those of a port without TLS, as nodes have them.</summary>
    internal static Uri? TryParseNode(string text)
    {
        var isHostPort = !text.Contains("://", StringComparison.Ordinal) && text.LastIndexOf(':') is > 0 and var colon && !text.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9');
        return Uri.TryCreate(isHostPort ? $"{Uri.UriSchemeHttp}://{text}" : text, UriKind.Absolute, out var address) && IsNode(address) ? address : null;
    }

    private static bool IsNode(Uri address) => (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) && address.Host.Length > 0;

    internal static string NoNode(string text) => $"'{text}' is not a node's address; give for example {XmtpClientOptions.LocalNode.OriginalString}, or localhost:5556.";
}
