using System.Security.Cryptography;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Identity;

/// <summary>The two signatures that hold a bundle together, the same for V1 and V2.</summary>
internal static class KeyChecks
{
    /// <summary>Recovers the account whose wallet signed an identity key.</summary>
    /// <exception cref="XmtpException">The signature belongs to no key at all (CryptographyFailed).</exception>
    internal static EthereumAddress RecoverWallet(ReadOnlySpan<byte> unsignedKeyBytes, EcdsaSignature signature, CryptoProvider provider)
    {
        byte[] digest = PersonalMessage.Digest(SignatureTexts.CreateIdentity(unsignedKeyBytes));
        return Secp256k1PublicKey.TryRecover(digest, signature, provider, out Secp256k1PublicKey? wallet)
            ? wallet.Address
            : throw new XmtpException(ErrorCatalogue.CryptographyFailed, "the wallet signature of the identity key belongs to no account");
    }

    /// <summary>Whether the identity key signed a pre-key: over SHA-256, low S.</summary>
    internal static bool IsSignedBy(Secp256k1PublicKey identityKey, ReadOnlySpan<byte> unsignedKeyBytes, EcdsaSignature signature)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(unsignedKeyBytes, digest);
        return identityKey.Verify(digest, signature);
    }
}
