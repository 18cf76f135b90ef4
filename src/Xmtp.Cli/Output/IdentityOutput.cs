namespace Xmtp.Cli.Output;

/// <summary>An identity.</summary>
/// <param name="Address">The wallet's EIP-55 address.</param>
/// <param name="KeyFile">Where its key is.</param>
/// <param name="OnNetwork">Whether peers can write to it.</param>
public sealed record IdentityOutput(string Address, string KeyFile, bool OnNetwork);
