using System.Diagnostics.CodeAnalysis;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Messages;

/// <summary>Public keys that came with a message: parsed, or the reason why the message is dropped.</summary>
internal static class ReceivedBundle
{
    /// <summary>Reads a V1 bundle in its V2 form: keys, signatures and agreed secrets are the same.</summary>
    public static bool TryRead(Proto.PublicKeyBundle? received, CryptoProvider provider, [NotNullWhen(true)] out SignedPublicKeyBundle? bundle)
    {
        try
        {
            bundle = SignedPublicKeyBundle.FromV1(PublicKeyBundleV1.FromProto(received, provider));
            return true;
        }
        catch (XmtpException)
        {
            bundle = null;
            return false;
        }
    }

    /// <summary>Reads a V2 bundle.</summary>
    /// <param name="received">From the wire; null when missing.</param>
    /// <param name="provider">Checks the keys.</param>
    /// <param name="incomplete">The reason when a part is missing or malformed.</param>
    /// <param name="bundle">Null when there is a reason.</param>
    public static DropReason Read(Proto.SignedPublicKeyBundle? received, CryptoProvider provider, DropReason incomplete, out SignedPublicKeyBundle? bundle)
    {
        bundle = null;
        if (received?.IdentityKey?.Signature?.EcdsaCompact is not null) return DropReason.KeyNotSignedByWallet;
        try
        {
            bundle = SignedPublicKeyBundle.FromProto(received, provider);
            return DropReason.None;
        }
        catch (XmtpException)
        {
            return incomplete;
        }
    }

    /// <summary>The account that a bundle belongs to; false when the signature belongs to none.</summary>
    public static bool TryGetWallet(SignedPublicKeyBundle bundle, out EthereumAddress address)
    {
        try
        {
            address = bundle.WalletAddress;
            return true;
        }
        catch (XmtpException)
        {
            address = default;
            return false;
        }
    }
}
