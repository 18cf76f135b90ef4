namespace Xmtp.Identity;

/// <summary>
/// The two texts that a wallet is asked to sign. They have been the same since 2022: one byte off, and no client finds the
/// account again.
/// </summary>
public static class SignatureTexts
{
    private const string Footer = "\n\nFor more info: https://xmtp.org/signatures/";

    /// <summary>Binds an identity key to the wallet.</summary>
    /// <param name="unsignedKeyBytes">The key and its time as serialised without a signature.</param>
    public static string CreateIdentity(ReadOnlySpan<byte> unsignedKeyBytes) =>
        "XMTP : Create Identity\n" + Convert.ToHexStringLower(unsignedKeyBytes) + Footer;

    /// <summary>Its signature is the secret that the stored private keys are encrypted with.</summary>
    /// <param name="walletPreKey">The 32 random bytes stored beside the ciphertext.</param>
    public static string EnableIdentity(ReadOnlySpan<byte> walletPreKey) =>
        "XMTP : Enable Identity\n" + Convert.ToHexStringLower(walletPreKey) + Footer;
}
