using System.CommandLine;
using System.CommandLine.Parsing;
using Xmtp.Cli.Output;

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

    /// <summary>The node to talk to.</summary>
    public static readonly Option<Uri> Node = new("--node")
    {
        Description = "gRPC address of the node; XMTP_NODE sets another default.",
        Recursive = true,
        DefaultValueFactory = _ => new Uri(Environment.GetEnvironmentVariable("XMTP_NODE") is { Length: > 0 } node ? node : "http://localhost:5556"),
        CustomParser = ParseNode,
    };

    /// <summary>The encrypted wallet file.</summary>
    public static readonly Option<FileInfo> KeyFile = new("--key-file")
    {
        Description = "Encrypted wallet file.",
        Recursive = true,
        DefaultValueFactory = _ => Keys.KeyFile.DefaultLocation,
    };

    /// <summary>A file with the passphrase, for machines.</summary>
    public static readonly Option<FileInfo?> PassphraseFile = new("--passphrase-file")
    {
        Description = "File whose first line is the passphrase of the key file; asked at the terminal when absent.",
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
    }

    /// <summary>The console a command writes to.</summary>
    public static CliConsole ConsoleOf(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        return CliConsole.ForProcess(parsed.GetValue(Json));
    }

    private static Uri? ParseNode(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https") return address;
        result.AddError($"'{text}' is not a node's address; give for example http://localhost:5556.");
        return null;
    }
}
