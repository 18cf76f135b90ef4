using Xmtp.Client.Messages;
using Xmtp.Client.Network;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Conversations;

/// <summary>A message that is sealed but not sent. It may be sent again after a failure: the network takes it once.</summary>
public sealed class PreparedMessage
{
    private readonly SealedEnvelopes _envelopes;
    private readonly DecodedMessage _message;
    private readonly Publisher _publisher;
    private readonly ConversationWire _wire;

    internal PreparedMessage(SealedEnvelopes envelopes, DecodedMessage message, Publisher publisher, ConversationWire wire) =>
        (_envelopes, _message, _publisher, _wire) = (envelopes, message, publisher, wire);

    /// <summary>The id that the message will have.</summary>
    public MessageId Id => _envelopes.Id;

    /// <summary>The time that the message will have.</summary>
    public DateTimeOffset Sent => UnixTime.FromNanoseconds(_envelopes.SentNs);

    /// <summary>What will be published, for an application that has its own way to a node.</summary>
    public IReadOnlyList<Envelope> Envelopes => _envelopes.Envelopes;

    /// <summary>The message as the peer will see it.</summary>
    internal DecodedMessage Message => _message;

    /// <summary>Publishes it.</summary>
    /// <returns>The message as the peer will see it.</returns>
    /// <exception cref="XmtpException">
    /// The node refused it, or did not answer. <see cref="ErrorCatalogue.AcknowledgementNotReached"/>, <see cref="ErrorCatalogue.AcknowledgementUnknown"/>:
    /// it is stored, and less safe than <see cref="XmtpClientOptions.Acknowledgement"/> asks for.
    /// </exception>
    public async Task<DecodedMessage> SendAsync(CancellationToken cancellationToken = default)
    {
        var reached = await _publisher.PublishAsync(_envelopes.Envelopes, cancellationToken).ConfigureAwait(false);
        _wire.Sent();
        return _message.AcknowledgedAs(reached);
    }
}
