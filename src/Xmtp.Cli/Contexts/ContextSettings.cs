namespace Xmtp.Cli.Contexts;

/// <summary>What a context sets. What it leaves null is as without a context.</summary>
/// <param name="Nodes">Addresses of nodes of one network, the preferred one first; empty for the default.</param>
/// <param name="KeyFile">Path of the wallet file.</param>
/// <param name="PassphraseFile">Path of the file with its passphrase.</param>
/// <param name="Network">What the network is called here: contexts that name the same one share local stores.</param>
internal sealed record ContextSettings(IReadOnlyList<string>? Nodes, string? KeyFile, string? PassphraseFile, string? Network);
