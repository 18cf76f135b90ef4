using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Node.Core.Access;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;

namespace Xmtp.Node.Core.Replication;

/// <summary>
/// Whether readers here see an envelope that another node let in. A contact or private store topic belongs to one wallet, and any
/// node may join: so the envelope brings the token it was accepted with, and every node checks it for itself, with the time at
/// which it was accepted in the place of the clock.
/// </summary>
/// <param name="verifier">Checks tokens; null where the node asks for none, and shows everything.</param>
/// <param name="lists">Wallets that may write anywhere.</param>
internal sealed class ProtectedTopicRule(PublishTokenVerifier? verifier, WalletLists lists)
{
    /// <summary>Decides it.</summary>
    /// <param name="topic">Topic of the envelope.</param>
    /// <param name="token">The serialised token; empty when it came without.</param>
    /// <param name="originatorTimeNs">When its node accepted it.</param>
    public bool MayShow(string topic, ReadOnlySpan<byte> token, long originatorTimeNs)
    {
        if (verifier is null || !Topic.TryGetOwner(topic, out var owner)) return true;
        if (token.IsEmpty) return false;
        try
        {
            EthereumAddress wallet = verifier.Verify(token, originatorTimeNs);
            return lists.IsPrivileged(wallet) || owner.SequenceEqual(wallet.ToString());
        }
        catch (XmtpException)
        {
            return false;
        }
    }
}
