using System.Diagnostics.CodeAnalysis;
using Xmtp.Client.Messages;
using Xmtp.Client.Streams;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Conversations;

/// <summary>The conversations of an account. Safe for concurrent use.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Part of the client, which closes it; users must not.")]
public sealed class ConversationList
{
    private readonly ClientContext _client;
    private readonly ConversationStore _store = new();
    private readonly ConversationFinder _finder;
    private readonly ConversationOpener _opener;

    internal ConversationList(ClientContext client)
    {
        _client = client;
        _finder = new ConversationFinder(client, _store);
        _opener = new ConversationOpener(client, _store, _finder);
    }

    /// <summary>What is known without asking the network, the oldest first.</summary>
    public IReadOnlyList<Conversation> Known => _store.All;

    /// <summary>
    /// Lists the conversations, V1 and V2, the oldest first. After the first time only what is new is fetched, with some
    /// overlap for clocks that differ (<see cref="XmtpClientOptions.ClockSkew"/>).
    /// </summary>
    /// <param name="reload">Reads everything again, for invitations that were stamped far in the past or reached this node late.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public async Task<IReadOnlyList<Conversation>> ListAsync(bool reload = false, CancellationToken cancellationToken = default)
    {
        _client.ThrowIfDisposed();
        await Task.WhenAll(_finder.ReadIntrosAsync(reload, cancellationToken), _finder.ReadInvitesAsync(reload, cancellationToken)).ConfigureAwait(false);
        return _store.All;
    }

    /// <summary>
    /// The conversation with a peer, created if there is none; the peer then sees it before anything is written. Creating
    /// allows the peer, also one who was denied.
    /// </summary>
    /// <param name="peer">The other account.</param>
    /// <param name="options">Conversation id, metadata and consent proof; null for the default conversation.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.NotOnNetwork"/>: the peer has no contact. <see cref="ErrorCatalogue.SelfMessaging"/>: it is this account.
    /// <see cref="ErrorCatalogue.LegacyKeysRequired"/>: the pair talks over V1 and the peer has no V1 keys any more.
    /// <see cref="ErrorCatalogue.CryptographyFailed"/>: the peer's keys do not hold together. Whatever the node refused.
    /// </exception>
    public Task<Conversation> NewConversationAsync(EthereumAddress peer, NewConversationOptions? options = null, CancellationToken cancellationToken = default)
    {
        _client.ThrowIfDisposed();
        return _opener.OpenAsync(peer, options ?? new NewConversationOptions(), cancellationToken);
    }

    /// <inheritdoc cref="NewConversationAsync(EthereumAddress, NewConversationOptions?, CancellationToken)"/>
    /// <param name="peer">The other account: 0x and 40 hex digits, in lower case or with a right checksum.</param>
    /// <param name="options">Conversation id, metadata and consent proof; null for the default conversation.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Conversation> NewConversationAsync(string peer, NewConversationOptions? options = null, CancellationToken cancellationToken = default) =>
        NewConversationAsync(EthereumAddress.Parse(peer), options, cancellationToken);

    /// <summary>Streams conversations that begin from now on, whoever begins them.</summary>
    /// <param name="cancellationToken">Ends the opening, and later the stream.</param>
    public async Task<LiveStream<Conversation>> StreamAsync(CancellationToken cancellationToken = default)
    {
        _client.ThrowIfDisposed();
        var nowNs = _client.Clock.NowNs;
        HashSet<Conversation> known = [.. await ListAsync(cancellationToken: cancellationToken).ConfigureAwait(false)];
        var stream = new LiveStream<Conversation>(_client.Streams, envelope =>
            (envelope.ContentTopic == _finder.Invite.Value ? _finder.TakeInvite(envelope) : _finder.TakeIntro(envelope, out _)) is { } found && known.Add(found)
                ? found
                : null);
        stream.Follow(_finder.Intro.Value, nowNs);
        stream.Follow(_finder.Invite.Value, nowNs);
        return await stream.OpenAsync(newSinceNs: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Streams the messages of all conversations that arrive from now on, those of this account included. Conversations
    /// that begin meanwhile join in, with all that was written in them.
    /// </summary>
    /// <param name="cancellationToken">Ends the opening, and later the stream.</param>
    public async Task<LiveStream<DecodedMessage>> StreamAllMessagesAsync(CancellationToken cancellationToken = default)
    {
        _client.ThrowIfDisposed();
        var nowNs = _client.Clock.NowNs;
        await ListAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        var stream = new LiveStream<DecodedMessage>(_client.Streams, Decode);
        stream.Follow(_finder.Intro.Value, nowNs);
        stream.Follow(_finder.Invite.Value, nowNs);

        // Nobody has seen what was written in conversations that are found from here on.
        _store.Added += Join;
        stream.Closed = () => _store.Added -= Join;
        foreach (var conversation in _store.All) stream.Follow(conversation.Topic.Value, nowNs);
        return await stream.OpenAsync(nowNs, cancellationToken).ConfigureAwait(false);

        void Join(Conversation conversation) => stream.FollowMore(conversation.Topic.Value, sinceNs: 0);
    }

    /// <summary>Finds the conversation that an envelope belongs to, as a push notification brings it, and opens it.</summary>
    /// <returns>Null when it belongs to no known conversation or cannot be opened; the reason is reported.</returns>
    public DecodedMessage? Decode(Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        if (envelope.ContentTopic == _finder.Intro.Value) return DecodeIntro(envelope);
        if (envelope.ContentTopic == _finder.Invite.Value)
        {
            _finder.TakeInvite(envelope);
            return null;
        }

        var reason = DropReason.None;
        foreach (var conversation in _store.OnTopic(envelope.ContentTopic))
        {
            var failure = conversation.TryDecode(envelope, out var message);
            if (message is not null) return message;
            if (reason == DropReason.None) reason = failure;
        }

        if (reason != DropReason.None) _client.Drops.Report(reason, envelope);
        return null;
    }

    /// <summary>The conversation on a topic, if it is known.</summary>
    public Conversation? Find(Topic topic) => _store.OnTopic(topic.Value).FirstOrDefault();

    internal ConversationFinder Finder => _finder;

    internal ConversationStore Store => _store;

    /// <summary>Clears the keys of all conversations.</summary>
    internal void Close()
    {
        _opener.Dispose();
        _finder.Dispose();
        _store.Close();
    }

    private DecodedMessage? DecodeIntro(Envelope envelope)
    {
        if (_finder.TakeIntro(envelope, out var opened) is not { } conversation) return null;
        var reason = conversation.TryDecode(opened!, envelope, out var message);
        if (message is null) _client.Drops.Report(reason, envelope);
        return message;
    }
}
