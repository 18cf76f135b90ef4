using System.Security.Cryptography;
using System.Text;
using Xmtp.Client.Messages;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Invitations;

/// <summary>
/// Topic and key of a new V2 conversation, derived so that both parties come to the same whoever invites. The key does not
/// depend on the conversation id: all derived conversations of two accounts share it. Receivers take both from the
/// invitation instead, since older releases chose them at random.
/// </summary>
public static class ConversationDerivation
{
    private static ReadOnlySpan<byte> KeySalt => "__XMTP__INVITATION__SALT__XMTP__"u8;

    /// <summary>Derives topic and key from the current pre-keys of both accounts.</summary>
    /// <param name="me">This account.</param>
    /// <param name="peer">The other account's bundle.</param>
    /// <param name="conversationId">The application's name for the conversation; null and empty are the same.</param>
    /// <returns>The topic, and 32 secret bytes that the caller clears.</returns>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.SelfMessaging"/>: the peer is this account.
    /// <see cref="ErrorCatalogue.CryptographyFailed"/>: the peer's keys do not hold together.
    /// </exception>
    public static (Topic Topic, byte[] KeyMaterial) Derive(PrivateKeyBundle me, SignedPublicKeyBundle peer, string? conversationId)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(peer);
        var (mine, theirs) = (me.WalletAddress, peer.WalletAddress);
        if (mine == theirs) throw new XmtpException(ErrorCatalogue.SelfMessaging, "A conversation needs two accounts; the peer is this one.");
        var iAmLower = EthereumAddress.CompareOrdinal(mine, theirs) < 0;
        var (lower, higher) = iAmLower ? (mine, theirs) : (theirs, mine);

        // The lower address takes the recipient's part in the agreement, whoever invites.
        var secret = me.SharedSecret(peer, me.CurrentPreKey.PublicKey, iAmRecipient: iAmLower);
        try
        {
            var id = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{conversationId}{lower},{higher}"));
            var keyMaterial = HKDF.DeriveKey(
                HashAlgorithmName.SHA256, secret, ConversationKeys.KeyMaterialLength, KeySalt.ToArray(), Encoding.UTF8.GetBytes($"0|{lower}|{higher}"));
            return (Topic.DirectMessageV2(Convert.ToHexStringLower(id)), keyMaterial);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
