using System.CommandLine;
using System.CommandLine.Parsing;
using Xmtp.Cli.Output;
using Xmtp.Client;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary>The options every command takes.</summary>
public static class GlobalOptions
{
    private const string NodeVariable = "XMTP_NODE";

    /// <summary>JSON lines instead of text.</summary>
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Write results as JSON lines (docs/reference/cli.md has the schema).",
        Recursive = true,
    };

    /// <summary>The node to talk to, if the command line says it; see <see cref="NodeOf"/>.</summary>
    public static readonly Option<Uri?> Node = new("--node")
    {
        Description = $"gRPC address of the node. [default: what {NodeVariable} says, or {XmtpClientOptions.LocalNode.OriginalString}]",
        HelpName = "address",
        Recursive = true,
        CustomParser = ParseNode,
    };

    /// <summary>The encrypted wallet file.</summary>
    public static readonly Option<FileInfo> KeyFile = new("--key-file")
    {
        Description = "Encrypted wallet file.",
        HelpName = "path",
        Recursive = true,
        DefaultValueFactory = _ => Keys.KeyFile.DefaultLocation,
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

    /// <summary>The node to talk to: what the command line says, or the environment, or the one on this machine.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.OptionsInvalid"/>: the environment says no address.</exception>
    public static Uri NodeOf(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        if (parsed.GetValue(Node) is { } given) return given;
        if (Environment.GetEnvironmentVariable(NodeVariable) is not { Length: > 0 } text) return XmtpClientOptions.LocalNode;
        return TryParseNode(text) ?? throw new XmtpException(ErrorCatalogue.OptionsInvalid, $"The variable {NodeVariable}: {NoNode(text)}");
    }

    private static Uri? ParseNode(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (TryParseNode(text) is { } node) return node;
        result.AddError($"--node: {NoNode(text)}");
        return null;
    }

    /// <summary>A host and a port alone are those of a port without TLS, as nodes have them.</summary>
    private static Uri? TryParseNode(string text)
    {
        var isHostPort = !text.Contains("://", StringComparison.Ordinal) && text.LastIndexOf(':') is > 0 and var colon && !text.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9');
        return Uri.TryCreate(isHostPort ? $"{Uri.UriSchemeHttp}://{text}" : text, UriKind.Absolute, out var address) && IsNode(address) ? address : null;
    }

    private static bool IsNode(Uri address) => (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) && address.Host.Length > 0;

    private static string NoNode(string text) => $"'{text}' is not a node's address; give for example {XmtpClientOptions.LocalNode.OriginalString}, or localhost:5556.";
}
