using Xmtp.Client.Messages;
using Xmtp.Client.Network;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Conversations;

/// <summary>The one V1 conversation of a pair of accounts.</summary>
internal sealed class ConversationWireV1(ClientContext client, EthereumAddress peer, Topic topic) : ConversationWire
{
    private volatile bool _introduced;

    public override MessageVersion Version => MessageVersion.V1;

    public override async ValueTask<SealedEnvelopes> SealAsync(
        ReadOnlyMemory<byte> content, DateTimeOffset? timestamp, bool ephemeral, bool shouldPush, CancellationToken cancellationToken)
    {
        var contact = await client.Contacts.FindAsync(peer, cancellationToken).ConfigureAwait(false)
            ?? throw new XmtpException(ErrorCatalogue.NotOnNetwork, $"{peer} has published no contact");
        var recipient = contact.V1Bundle
            ?? throw new XmtpException(ErrorCatalogue.LegacyKeysRequired, $"the keys of {peer} cannot be used in a V1 conversation");
        var sentMs = timestamp is { } stated ? UnixTime.ToNanoseconds(stated) / UnixTime.NanosecondsPerMillisecond : client.Clock.NextMs();
        var sentNs = UnixTime.MillisecondsToNanoseconds(sentMs);
        var message = SealedMessageV1.Encode(client.Keys, recipient, content.Span, sentMs, client.Provider, client.Random, client.Secrets);
        var conversation = Publisher.Envelope(ephemeral ? topic.ToEphemeral() : topic, sentNs, message);

        // Each session introduces itself again: the peer may have lost sight of us.
        Envelope[] envelopes = _introduced
            ? [conversation]
            : [
                Publisher.Envelope(Topic.Intro(peer.ToString()), sentNs, message),
                Publisher.Envelope(Topic.Intro(client.Self.ToString()), sentNs, message),
                conversation,
            ];
        return new SealedEnvelopes(MessageId.FromMessage(message), sentNs, envelopes);
    }

    public override Opened<OpenedMessage> Open(Envelope envelope) => SealedMessageV1.Open(
        envelope.Message.Memory, client.Keys, Topic.Classify(envelope.ContentTopic) == TopicKind.V1Intro ? topic : new Topic(envelope.ContentTopic), client.Provider, client.Secrets);

    public override void Sent() => _introduced = true;
}
