using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Xmtp.Client.Diagnostics;
using Xmtp.Client.Transport;
using Xmtp.Identity;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Network;

/// <summary>
/// Publishes in the name of one account. Envelopes come with their final timestamps, so that a repeat, also one with
/// another token or at another node, is recognised by the network as the same envelope.
/// </summary>
/// <param name="connection">The network.</param>
/// <param name="keys">The account's keys, which sign tokens.</param>
/// <param name="acknowledgement">What must have happened before a publish returns.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where logs go.</param>
internal sealed class Publisher(NodeConnection connection, PrivateKeyBundle keys, AckLevel acknowledgement, TimeProvider time, ILogger logger)
{
    private volatile CachedToken? _token;

    public static Envelope Envelope(Topic topic, ulong timestampNs, ReadOnlyMemory<byte> message) =>
        new() { ContentTopic = topic.Value, TimestampNs = timestampNs, Message = UnsafeByteOperations.UnsafeWrap(message) };

    /// <summary>Publishes all envelopes in one request.</summary>
    /// <returns>What had happened with them when the node answered; null when it did not say.</returns>
    /// <exception cref="XmtpException">
    /// An envelope exceeds a limit, the acknowledgement level is unknown at the node, or the node refused (<see cref="NodeException"/>).
    /// </exception>
    public async Task<AckLevel?> PublishAsync(IReadOnlyCollection<Envelope> envelopes, CancellationToken cancellationToken)
    {
        using var activity = ClientActivities.Publish(envelopes.Count);
        var started = time.GetTimestamp();
        try
        {
            Check(envelopes);
            var reached = await PublishCheckedAsync(envelopes, cancellationToken).ConfigureAwait(false);
            connection.Metrics.Published(envelopes.Count, time.GetElapsedTime(started));
            return reached;
        }
        catch (Exception failure)
        {
            connection.Metrics.PublishFailed(failure, time.GetElapsedTime(started));
            activity.Fail(failure);
            throw;
        }
    }

    private async Task<AckLevel?> PublishCheckedAsync(IReadOnlyCollection<Envelope> envelopes, CancellationToken cancellationToken)
    {
        var request = new PublishRequest { Envelopes = { envelopes } };

        // What no node stores, no other node can confirm.
        var wanted = envelopes.All(static envelope => Topic.IsEphemeralTopic(envelope.ContentTopic)) ? AckLevel.Local : acknowledgement;
        var token = Token();
        AckLevel? reached;
        try
        {
            reached = await connection.PublishAsync(request, token.Header, wanted, cancellationToken).ConfigureAwait(false);
        }
        catch (NodeException failure) when (failure.Code == ErrorCatalogue.Unauthenticated)
        {
            ClientLog.RenewingToken(logger);
            Interlocked.CompareExchange(ref _token, null, token);
            reached = await connection.PublishAsync(request, Token().Header, wanted, cancellationToken).ConfigureAwait(false);
        }

        // A node that does not know the question answers as if it had not been asked; that must not pass for more than it is.
        if (wanted > AckLevel.Local && !(reached >= wanted))
        {
            throw new XmtpException(
                ErrorCatalogue.AcknowledgementUnknown, $"what was published is stored at one node; whether {wanted} was reached it did not say");
        }

        return reached;
    }

    /// <summary>What every node would refuse is refused here.</summary>
    /// <exception cref="XmtpException">An envelope exceeds a limit.</exception>
    public static void Check(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes) Check(envelope);
    }

    private static void Check(Envelope envelope)
    {
        if (envelope.ContentTopic.Length == 0 || envelope.Message.IsEmpty)
            throw new XmtpException(ErrorCatalogue.MalformedRequest, "an envelope needs a topic and a message");
        if (new Topic(envelope.ContentTopic).ByteLength > Limits.TopicLengthMaxBytes)
            throw new XmtpException(ErrorCatalogue.TopicTooLong, $"a topic may have {Limits.TopicLengthMaxBytes} bytes");
        if (envelope.Message.Length > Limits.MessageLengthMaxBytes)
            throw new XmtpException(ErrorCatalogue.MessageTooLong, $"the message has {envelope.Message.Length} bytes; {Limits.MessageLengthMaxBytes} are allowed");
        if (envelope.TimestampNs > Limits.TimestampMaxNs)
            throw new XmtpException(ErrorCatalogue.TimestampOutOfRange, $"{envelope.TimestampNs} ns is beyond what a node stores");
    }

    private CachedToken Token()
    {
        var now = time.GetUtcNow();
        if (_token is { } cached && now < cached.RenewAt && now >= cached.MadeAt) return cached;

        // Two callers may make one each; both are good.
        return _token = new CachedToken(PublishToken.CreateHeader(keys, now), now, now + PublishToken.Lifetime);
    }

    private sealed record CachedToken(string Header, DateTimeOffset MadeAt, DateTimeOffset RenewAt);
}
