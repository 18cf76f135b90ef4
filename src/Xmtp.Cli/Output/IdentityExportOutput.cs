namespace Xmtp.Cli.Output;

/// <summary>An exported identity.</summary>
/// <param name="Address">The wallet's EIP-55 address.</param>
/// <param name="File">The encrypted copy; null when none was written.</param>
/// <param name="PrivateKey">The private key, 64 hex digits; null unless <c>--reveal</c> was given.</param>
public sealed record IdentityExportOutput(string Address, string? File, string? PrivateKey)
{
    /// <summary>The address; never the key.</summary>
    public override string ToString() => $"export of {Address}";
}
