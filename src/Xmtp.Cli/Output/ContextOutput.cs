namespace Xmtp.Cli.Output;

/// <summary>Named settings, or those in force.</summary>
/// <param name="Name">The context; null when there is none.</param>
/// <param name="Current">Whether commands use it unless told otherwise.</param>
/// <param name="Nodes">Addresses of nodes; the first that works is used.</param>
/// <param name="KeyFile">The wallet file; null for the default.</param>
/// <param name="PassphraseFile">Where its passphrase is; null to ask at the terminal.</param>
/// <param name="Network">Name of the network, for the folder of local stores; null for the context's name.</param>
public sealed record ContextOutput(string? Name, bool Current, IReadOnlyList<string> Nodes, string? KeyFile, string? PassphraseFile, string? Network);
