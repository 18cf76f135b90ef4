using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol.Topics;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Messages;

/// <summary>
/// A decrypted message with its conversation, in the form that the JavaScript SDK keeps messages in (<c>DecodedMessage</c>).
/// It holds content in clear: encrypt it where others can read the store.
/// </summary>
/// <param name="Message">The message.</param>
/// <param name="Conversation">Where it was said.</param>
public sealed record SavedMessage(OpenedMessage Message, ConversationReference Conversation)
{
    /// <summary>Reads it back. What cannot be read is <see cref="DropReason.Malformed"/>.</summary>
    public static Opened<SavedMessage> Decode(ReadOnlySpan<byte> bytes)
    {
        if (!WireReader.TryParse(Proto.DecodedMessage.Parser, bytes, out var proto) ||
            !MessageId.TryParse(proto.Id, null, out var id) ||
            !EthereumAddress.TryParse(proto.SenderAddress, out var sender) ||
            !ConversationReference.TryRead(proto.Conversation, out var conversation)) return DropReason.Malformed;
        EthereumAddress recipient = default;
        if (proto.HasRecipientAddress && !EthereumAddress.TryParse(proto.RecipientAddress, out recipient)) return DropReason.Malformed;
        MessageVersion version;
        switch (proto.MessageVersion)
        {
            case "v1": version = MessageVersion.V1; break;
            case "v2": version = MessageVersion.V2; break;
            default: return DropReason.WrongVersion;
        }

        var message = new OpenedMessage(
            id, version, sender, proto.HasRecipientAddress ? recipient : null, new Topic(proto.ContentTopic), proto.SentNs, proto.ContentBytes.Memory);
        return new SavedMessage(message, conversation);
    }

    /// <summary>Serialises it.</summary>
    public byte[] Encode()
    {
        var proto = new Proto.DecodedMessage
        {
            Id = Message.Id.ToString(),
            MessageVersion = Message.Version == MessageVersion.V1 ? "v1" : "v2",
            SenderAddress = Message.SenderAddress.ToString(),
            SentNs = Message.SentNs,
            ContentTopic = Message.ConversationTopic.Value,
            Conversation = Conversation.ToProto(),
            ContentBytes = UnsafeByteOperations.UnsafeWrap(Message.Payload),
        };
        if (Message.RecipientAddress is { } recipient) proto.RecipientAddress = recipient.ToString();
        return proto.ToByteArray();
    }

    /// <summary>Without the content.</summary>
    public override string ToString() => $"{Message.Id} in {Conversation.Topic}";
}
