using Xmtp.Cryptography;
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
    /// <param name="wallet">The verified wallet.</param>
    public bool HasPriority(EthereumAddress wallet) => _lists.IsAllowed(wallet);

    /// <summary>Returns when the wallet may publish all of these.</summary>
    /// <param name="wallet">The verified wallet. The owner in a topic must be its EIP-55 text, exactly.</param>
    /// <param name="envelopes">Envelopes of the request.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.TopicRestricted"/> or <see cref="ErrorCatalogue.WalletDenied"/>.</exception>
    public void Authorize(EthereumAddress wallet, IReadOnlyList<Envelope> envelopes)
    {
        ArgumentNullException.ThrowIfNull(envelopes);
        if (!_lists.IsPrivileged(wallet))
        {
            // Few topics have an owner, and the checksum in the text costs a hash.
            string? text = null;
            for (var i = 0; i < envelopes.Count; i++)
                if (Topic.TryGetOwner(envelopes[i].ContentTopic, out var owner) && !owner.SequenceEqual(text ??= wallet.ToString()))
                    throw new XmtpException(ErrorCatalogue.TopicRestricted, "publishing to restricted topic");
        }

        if (_lists.IsDenied(wallet)) throw new XmtpException(ErrorCatalogue.WalletDenied, "wallet is deny listed");
    }
}
