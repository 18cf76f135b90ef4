using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Xmtp.Client.Consent;
using Xmtp.Client.Diagnostics;
using Xmtp.Client.Messages;
using Xmtp.Client.Network;
using Xmtp.Client.Push;
using Xmtp.Client.Streams;
using Xmtp.ContentTypes;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Conversations;

/// <summary>A conversation of this account with one peer. Two are the same exactly when they are one object. Safe for concurrent use.</summary>
public sealed class Conversation
{
    // Ids of one listing that are remembered to tell repeats; copies of a message stand close together.
    private const int ListedMax = 1024;

    private readonly ClientContext _client;
    private readonly ConversationWire _wire;
    private ulong _createdNs;

    internal Conversation(ClientContext client, ConversationWire wire, EthereumAddress peer, Topic topic, ulong createdNs)
    {
        (_client, _wire, Peer, Topic, _createdNs) = (client, wire, peer, topic, createdNs);
    }

    /// <summary>V1 or V2. With one peer there is at most one V1 conversation.</summary>
    public MessageVersion Version => _wire.Version;

    /// <summary>The other account.</summary>
    public EthereumAddress Peer { get; }

    /// <summary>This account.</summary>
    public EthereumAddress Self => _client.Self;

    /// <summary>Where its messages are stored.</summary>
    public Topic Topic { get; }

    /// <summary>When it was created, nanoseconds since 1970: the invitation's time, or that of the first V1 message.</summary>
    public ulong CreatedNs => Volatile.Read(ref _createdNs);

    /// <summary><see cref="CreatedNs"/> as a time, cut to 100 ns.</summary>
    public DateTimeOffset CreatedAt => UnixTime.FromNanoseconds(CreatedNs);

    /// <summary>The application's name for it; null for the default conversation, and always for V1.</summary>
    public string? ConversationId { get; internal init; }

    /// <summary>Free texts of the application that created it.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; internal init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>What the inviter brought to show that this account wants to hear from them. Verified when consent is refreshed.</summary>
    public ConsentProof? ConsentProof { get; internal init; }

    /// <summary>Sends content of a type that a codec is registered for; a <see cref="string"/> is sent as text.</summary>
    /// <returns>The message as the peer will see it.</returns>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.ContentUnsupported"/>: no codec for it. <see cref="ErrorCatalogue.MessageTooLong"/>: send it as a remote attachment.
    /// <see cref="ErrorCatalogue.LegacyKeysRequired"/>, <see cref="ErrorCatalogue.NotOnNetwork"/>: the peer of a V1 conversation has no V1 keys.
    /// <see cref="ErrorCatalogue.AcknowledgementNotReached"/>, <see cref="ErrorCatalogue.AcknowledgementUnknown"/>: it is sent, and less safe
    /// than <see cref="XmtpClientOptions.Acknowledgement"/> asks for. Whatever the node refused.
    /// </exception>
    public Task<DecodedMessage> SendAsync<T>(T content, CancellationToken cancellationToken = default)
        where T : notnull => SendAsync(content, null, cancellationToken);

    /// <inheritdoc cref="SendAsync{T}(T, CancellationToken)"/>
    public async Task<DecodedMessage> SendAsync<T>(T content, SendOptions? options, CancellationToken cancellationToken = default)
        where T : notnull
    {
        using var activity = ClientActivities.Send();
        try
        {
            var prepared = await PrepareAsync(content, options, cancellationToken).ConfigureAwait(false);
            var message = await prepared.SendAsync(cancellationToken).ConfigureAwait(false);
            await _client.Consent.AllowImplicitlyAsync(Peer, evenIfDenied: false, cancellationToken).ConfigureAwait(false);
            return message;
        }
        catch (Exception failure)
        {
            activity.Fail(failure);
            throw;
        }
    }

    /// <summary>
    /// Seals a message without sending it, so that its id is known before. Sending it later keeps id and time. Other than
    /// <see cref="SendAsync{T}(T, CancellationToken)"/> that leaves consent as it is.
    /// </summary>
    /// <inheritdoc cref="SendAsync{T}(T, CancellationToken)"/>
    public async Task<PreparedMessage> PrepareAsync<T>(T content, SendOptions? options = null, CancellationToken cancellationToken = default)
        where T : notnull
    {
        _client.ThrowIfDisposed();
        options ??= new SendOptions();

        // Encoded content, as of a received message, is forwarded as it is.
        var encoded = content as Proto.EncodedContent ?? (options.ContentType is { } type
            ? _client.Codecs.Encode(content, type, options.Compression)
            : _client.Codecs.Encode(content, options.Compression));
        var decoded = content is Proto.EncodedContent ? _client.Codecs.Decode(encoded) : new DecodedContent
        {
            Type = ContentTypeId.FromProto(encoded.Type),
            Content = content,
            Encoded = encoded,
            Fallback = encoded.HasFallback ? encoded.Fallback : null,
        };
        var shouldPush = options.ShouldPush ?? (content is Proto.EncodedContent ? decoded.ShouldPush : _client.Codecs.ShouldPush(content, options.ContentType));
        var envelopes = await _wire.SealAsync(encoded.ToByteArray(), options.Timestamp, options.Ephemeral, shouldPush, cancellationToken).ConfigureAwait(false);
        return new PreparedMessage(
            envelopes, new DecodedMessage(envelopes.Id, Self, envelopes.SentNs, this, options.Ephemeral, decoded), _client.Publisher, _wire);
    }

    /// <summary>Lists the stored messages, page by page as the reader goes on. What cannot be read is skipped and reported.</summary>
    /// <param name="options">Which, in which order; null for all, the oldest first.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public async IAsyncEnumerable<DecodedMessage> ListMessagesAsync(
        ListMessagesOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _client.ThrowIfDisposed();
        options ??= new ListMessagesOptions();
        var left = options.Limit ?? int.MaxValue;
        if (left == 0) yield break;
        var listed = new SeenMessages(ListedMax);
        await foreach (var envelope in _client.Connection.ReadAsync(Topic.Value, RangeOf(options), cancellationToken).ConfigureAwait(false))
        {
            if (Decode(envelope) is not { } message || !listed.Add(message.Id)) continue;
            _client.Connection.Metrics.Listed();
            yield return message;
            if (--left == 0) yield break;
        }
    }

    /// <summary>Streams the messages that arrive from now on, those of this account included.</summary>
    /// <param name="cancellationToken">Ends the opening, and later the stream.</param>
    public Task<LiveStream<DecodedMessage>> StreamMessagesAsync(CancellationToken cancellationToken = default) =>
        StreamAsync(Topic, cancellationToken);

    /// <summary>Streams the messages that are sent live only. What is sent while the connection is lost is gone.</summary>
    /// <param name="cancellationToken">Ends the opening, and later the stream.</param>
    public Task<LiveStream<DecodedMessage>> StreamEphemeralMessagesAsync(CancellationToken cancellationToken = default) =>
        StreamAsync(Topic.ToEphemeral(), cancellationToken);

    /// <summary>Opens one envelope of this conversation, as a push notification brings it.</summary>
    /// <returns>Null when it is no message of this conversation; the reason is reported.</returns>
    public DecodedMessage? Decode(Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var reason = TryDecode(envelope, out var message);
        if (message is null) _client.Drops.Report(reason, envelope);
        return message;
    }

    /// <summary>What a push server needs to leave out messages that this account sent: keys of three 30-day periods, or none for V1.</summary>
    public IReadOnlyList<PushHmacKey> PushKeys() =>
        _wire is ConversationWireV2 v2 ? v2.Keys.PushKeys(_client.Clock.UtcNow) : [];

    /// <summary>Version, peer and topic.</summary>
    public override string ToString() => $"{Version} conversation with {Peer} on {Topic}";

    internal ConversationWire Wire => _wire;

    /// <summary>An earlier V1 message moves the beginning.</summary>
    internal void BeganBy(ulong sentNs)
    {
        for (var known = CreatedNs; sentNs < known; known = CreatedNs)
        {
            if (Interlocked.CompareExchange(ref _createdNs, sentNs, known) == known) return;
        }
    }

    internal DropReason TryDecode(Envelope envelope, out DecodedMessage? message)
    {
        message = null;
        return _wire.Open(envelope).TryGet(out var opened, out var reason) ? TryDecode(opened, envelope, out message) : reason;
    }

    internal DropReason TryDecode(OpenedMessage opened, Envelope envelope, out DecodedMessage? message)
    {
        try
        {
            var content = _client.Codecs.Decode(opened.Payload.Span);
            message = new DecodedMessage(opened.Id, opened.SenderAddress, opened.SentNs, this, Protocol.Topics.Topic.IsEphemeralTopic(envelope.ContentTopic), content);
            return DropReason.None;
        }
        catch (XmtpException)
        {
            message = null;
            return DropReason.ContentUndecodable;
        }
    }

    private static EnvelopeRange RangeOf(ListMessagesOptions options) =>
        new(options.StartNs, options.EndNs == ulong.MaxValue ? 0 : options.EndNs, options.NewestFirst, options.PageSize);

    private Task<LiveStream<DecodedMessage>> StreamAsync(Topic topic, CancellationToken cancellationToken)
    {
        _client.ThrowIfDisposed();
        var nowNs = _client.Clock.NowNs;
        var stream = new LiveStream<DecodedMessage>(_client.Streams, Decode);
        stream.Follow(topic.Value, nowNs);
        return stream.OpenAsync(nowNs, cancellationToken);
    }
}
