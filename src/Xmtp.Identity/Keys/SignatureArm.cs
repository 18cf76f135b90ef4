namespace Xmtp.Identity;

/// <summary>Which member of the wire message <c>Signature</c> holds the bytes.</summary>
public enum SignatureArm
{
    /// <summary><c>ecdsa_compact</c>: by an XMTP key; in V1 identity keys also the wallet's.</summary>
    EcdsaCompact = 1,

    /// <summary><c>wallet_ecdsa_compact</c>: by a wallet, over a personal message.</summary>
    WalletEcdsaCompact = 2,
}
