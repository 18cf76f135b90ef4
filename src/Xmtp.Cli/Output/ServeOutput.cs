namespace Xmtp.Cli.Output;

/// <summary>A server that listens.</summary>
/// <param name="Address">Whose account it serves, EIP-55.</param>
/// <param name="Socket">Path of the Unix socket; null for none.</param>
/// <param name="Http">Base address for HTTP; null for none.</param>
/// <param name="TokenFile">The file with the token that HTTP asks for; null without HTTP.</param>
public sealed record ServeOutput(string Address, string? Socket, string? Http, string? TokenFile);
