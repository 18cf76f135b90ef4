namespace Xmtp.Cli.Output;

/// <summary>What the network knows of an account.</summary>
/// <param name="Address">EIP-55 address.</param>
/// <param name="CanMessage">Whether it has a contact.</param>
/// <param name="Version">Newest form of its contact, <c>v1</c> or <c>v2</c>; null without one.</param>
/// <param name="IdentityKey">Identity key, 65 bytes in hex; null without a contact.</param>
/// <param name="PreKey">Advertised pre-key, 65 bytes in hex; null without a contact.</param>
public sealed record ContactOutput(string Address, bool CanMessage, string? Version, string? IdentityKey, string? PreKey);
