using Xmtp.Cryptography;

namespace Xmtp.Client.Messages;

/// <summary>Who a header's two bundles belong to, and which of them is this account.</summary>
internal readonly record struct Parties(EthereumAddress Sender, EthereumAddress Recipient, bool IAmSender)
{
    public EthereumAddress Peer => IAmSender ? Recipient : Sender;
}
