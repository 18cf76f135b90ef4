using System.Runtime.CompilerServices;
using Xmtp.Cryptography;

namespace Xmtp.Identity;

/// <summary>
/// The two signature checks of one bundle, done when first asked for and then remembered. Both forms of a bundle share one,
/// because their signatures cover the same bytes. Two threads may do a check twice and get the same answer.
/// </summary>
internal sealed class BundleChecks(
    Secp256k1PublicKey identityKey,
    ReadOnlyMemory<byte> identityKeyBytes,
    EcdsaSignature walletSignature,
    ReadOnlyMemory<byte> preKeyBytes,
    EcdsaSignature? preKeySignature,
    CryptoProvider provider)
{
    // Boxed, so that other threads see all 20 bytes or none.
    private volatile StrongBox<EthereumAddress>? _walletAddress;
    private volatile StrongBox<bool>? _isPreKeySigned;

    internal EthereumAddress WalletAddress =>
        (_walletAddress ??= new(KeyChecks.RecoverWallet(identityKeyBytes.Span, walletSignature, provider))).Value;

    /// <summary>False without a check when the signature sits in the wrong arm (given as null).</summary>
    internal bool IsPreKeySigned =>
        (_isPreKeySigned ??= new(preKeySignature is { } signature && KeyChecks.IsSignedBy(identityKey, preKeyBytes.Span, signature))).Value;
}
