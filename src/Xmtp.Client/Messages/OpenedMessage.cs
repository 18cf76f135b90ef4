using Xmtp.Cryptography;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Messages;

/// <summary>A message that passed every check and was decrypted. The content is still encoded.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Version">V1 or V2.</param>
/// <param name="SenderAddress">Recovered from the wallet signature on the sender's identity key.</param>
/// <param name="RecipientAddress">The other party, recovered in the same way. Only V1 headers name one.</param>
/// <param name="ConversationTopic">The conversation's stored topic, also when the message came over its ephemeral twin.</param>
/// <param name="SentNs">The header's time, nanoseconds since 1970; exact for V2, milliseconds times a million for V1.</param>
/// <param name="Payload">A serialised <c>EncodedContent</c>, in clear.</param>
/// <param name="ShouldPush">What the sender's content type says about notifications. Not authenticated; null when unstated.</param>
public sealed record OpenedMessage(
    MessageId Id,
    MessageVersion Version,
    EthereumAddress SenderAddress,
    EthereumAddress? RecipientAddress,
    Topic ConversationTopic,
    ulong SentNs,
    ReadOnlyMemory<byte> Payload,
    bool? ShouldPush = null)
{
    /// <summary><see cref="SentNs"/> as a time, cut to 100 ns. Senders choose it freely; times after year 9999 become the latest one.</summary>
    public DateTimeOffset Sent => UnixTime.FromNanoseconds(SentNs);
}
