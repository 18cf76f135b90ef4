using System.Diagnostics.CodeAnalysis;
using Xmtp.Client.Messages;
using Xmtp.Client.Transport;
using Xmtp.ContentTypes;
using Xmtp.Cryptography;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Conversations;

/// <summary>A message, verified, decrypted and decoded.</summary>
public sealed class DecodedMessage
{
    private readonly DecodedContent _content;

    internal DecodedMessage(MessageId id, EthereumAddress sender, ulong sentNs, Conversation conversation, bool isEphemeral, DecodedContent content)
    {
        (Id, Sender, SentNs, Conversation, IsEphemeral) = (id, sender, sentNs, conversation, isEphemeral);
        _content = content;
    }

    /// <summary>Its name: equal for all copies, so messages that were listed, streamed and sent are told apart by it.</summary>
    public MessageId Id { get; }

    /// <summary>Who wrote it, proved by their wallet's signature on their keys.</summary>
    public EthereumAddress Sender { get; }

    /// <summary>When it was sent, nanoseconds since 1970, by the sender's clock.</summary>
    public ulong SentNs { get; }

    /// <summary><see cref="SentNs"/> as a time, cut to 100 ns.</summary>
    public DateTimeOffset Sent => UnixTime.FromNanoseconds(SentNs);

    /// <summary>Where it belongs.</summary>
    public Conversation Conversation { get; }

    /// <summary>Whether this account wrote it, here or on another device.</summary>
    public bool IsFromSelf => Sender == Conversation.Self;

    /// <summary>Whether it was sent live only and stored nowhere.</summary>
    public bool IsEphemeral { get; }

    /// <summary>
    /// How safe it was when the node answered, on a message that this client has just sent; null on any other, and where the
    /// node did not say.
    /// </summary>
    public AckLevel? Acknowledgement { get; private init; }

    /// <summary>What was written: a <see cref="string"/> for text, otherwise what the codec of <see cref="ContentType"/> reads; null when no codec knows the type.</summary>
    public object? Content => _content.Content;

    /// <summary>The type as the sender stated it.</summary>
    public ContentTypeId ContentType => _content.Type;

    /// <summary>The sender's text for readers that do not know the type; null when there is none.</summary>
    public string? Fallback => _content.Fallback;

    /// <summary>Why <see cref="Content"/> is null; null when it is not.</summary>
    public string? Error => _content.Error;

    /// <summary>The content as it travelled, for forwarding and for types without a codec.</summary>
    public Proto.EncodedContent Encoded => _content.Encoded;

    /// <summary>The content as a <typeparamref name="T"/>, if it is one.</summary>
    public bool TryGet<T>([MaybeNullWhen(false)] out T content) => _content.TryGet(out content);

    internal DecodedMessage AcknowledgedAs(AckLevel? level) =>
        level is null ? this : new DecodedMessage(Id, Sender, SentNs, Conversation, IsEphemeral, _content) { Acknowledgement = level };

    /// <summary>Id, sender and type, without what was written.</summary>
    public override string ToString() => $"message {Id} from {Sender}, {ContentType}";
}
