using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Node.Core.Access;

/// <summary>Decides who may write where, for all envelopes of a request before any of them is stored.</summary>
public sealed class PublishAuthorizer
{
    private readonly WalletLists _lists;

    /// <summary>Makes an authorizer.</summary>
    /// <param name="lists">Wallets with a special standing; null for none.</param>
    public PublishAuthorizer(WalletLists? lists = null) => _lists = lists ?? new WalletLists();

    /// <summary>Whether a wallet has priority under the rate limits.</summary>
    /// <param name="wallet">The verified wallet, EIP-55.</param>
    public bool HasPriority(string wallet) => _lists.IsAllowed(wallet);

    /// <summary>Returns when the wallet may publish all of these.</summary>
    /// <param name="wallet">The verified wallet as EIP-55 text; it is compared exactly with the owner in a topic.</param>
    /// <param name="envelopes">Envelopes of the request.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.TopicRestricted"/> or <see cref="ErrorCatalogue.WalletDenied"/>.</exception>
    public void Authorize(string wallet, IReadOnlyList<Envelope> envelopes)
    {
        ArgumentException.ThrowIfNullOrEmpty(wallet);
        ArgumentNullException.ThrowIfNull(envelopes);
        if (!_lists.IsPrivileged(wallet))
        {
            for (var i = 0; i < envelopes.Count; i++)
                if (Topic.TryGetOwner(envelopes[i].ContentTopic, out var owner) && !owner.SequenceEqual(wallet))
                    throw new XmtpException(ErrorCatalogue.TopicRestricted, "publishing to restricted topic");
        }

        if (_lists.IsDenied(wallet)) throw new XmtpException(ErrorCatalogue.WalletDenied, "wallet is deny listed");
    }
}
