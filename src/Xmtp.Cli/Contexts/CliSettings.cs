using System.CommandLine;
using Xmtp.Cli.Commands;
using Xmtp.Client;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Contexts;

/// <summary>What a run of the command works with: the command line counts before the environment, that before the context, that before the defaults.</summary>
/// <param name="Context">The context's name; null without one.</param>
/// <param name="Nodes">At least one node; the first that works is used.</param>
/// <param name="KeyFile">The wallet file.</param>
/// <param name="PassphraseFile">Where its passphrase is; null to ask.</param>
/// <param name="Network">Name of the folder of local stores: stores of different networks must not mix.</param>
internal sealed record CliSettings(string? Context, IReadOnlyList<Uri> Nodes, FileInfo KeyFile, FileInfo? PassphraseFile, string Network)
{
    public const string NodeVariable = "XMTP_NODE";
    public const string ContextVariable = "XMTP_CONTEXT";
    private const string DefaultNetwork = "default";

    /// <summary>Where the key file is unless something says otherwise.</summary>
    public static FileInfo DefaultKeyFile => new(Path.Combine(CliFolders.Config, "wallet.json"));

    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.OptionsInvalid"/>: the environment, or the file of contexts.</exception>
    public static CliSettings Of(ParseResult parsed)
    {
        var (name, context) = ContextOf(parsed);
        var ofContext = context?.Nodes is { Count: > 0 } nodes ? nodes.Select(static node => GlobalOptions.TryParseNode(node)!).ToArray() : [XmtpClientOptions.LocalNode];
        var used = NodesOf(parsed) ?? ofContext;

        // A node that the context does not know may be of any network, so what it tells is kept apart.
        var network = used.All(ofContext.Contains) ? context?.Network ?? name ?? DefaultNetwork : $"{used[0].Host.Trim('[', ']').Replace(':', '.')}-{used[0].Port}";
        return new CliSettings(
            name,
            used,
            parsed.GetValue(GlobalOptions.KeyFile) ?? (context?.KeyFile is { } key ? new FileInfo(key) : DefaultKeyFile),
            parsed.GetValue(GlobalOptions.PassphraseFile) ?? (context?.PassphraseFile is { } passphrase ? new FileInfo(passphrase) : null),
            network);
    }

    private static (string? Name, ContextSettings? Settings) ContextOf(ParseResult parsed)
    {
        var asked = parsed.GetValue(GlobalOptions.Context) ?? (Environment.GetEnvironmentVariable(ContextVariable) is { Length: > 0 } variable ? variable : null);
        var list = ContextFile.Read();
        if ((asked ?? list.Current) is not { } name) return (null, null);
        return list.Contexts.TryGetValue(name, out var context)
            ? (name, context)
            : throw new XmtpException(ErrorCatalogue.OptionsInvalid, $"There is no context '{name}'; `xmtp context list` shows those there are, `xmtp context set` makes one.");
    }

    private static Uri[]? NodesOf(ParseResult parsed)
    {
        if (parsed.GetValue(GlobalOptions.Node) is { Length: > 0 } given) return given;
        if (Environment.GetEnvironmentVariable(NodeVariable) is not { Length: > 0 } text) return null;
        var nodes = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(static part => GlobalOptions.TryParseNode(part) ?? throw new XmtpException(ErrorCatalogue.OptionsInvalid, $"The variable {NodeVariable}: {GlobalOptions.NoNode(part)}"))
            .ToArray();
        return nodes.Length > 0 ? nodes : null;
    }
}
