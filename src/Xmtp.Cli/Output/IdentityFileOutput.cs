namespace Xmtp.Cli.Output;

/// <summary>A key file, as found without opening it.</summary>
/// <param name="Address">The wallet's EIP-55 address; null when the file does not say it.</param>
/// <param name="KeyFile">Its path.</param>
/// <param name="Contexts">Names of the contexts that use it.</param>
/// <param name="Current">Whether commands use it unless told otherwise.</param>
public sealed record IdentityFileOutput(string? Address, string KeyFile, IReadOnlyList<string> Contexts, bool Current);
