using Xmtp.Client.Invitations;
using Xmtp.Client.Messages;
using Xmtp.Client.Network;
using Xmtp.Cryptography;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Conversations;

/// <summary>Finds conversations in what arrives on the account's intro and invite topics, where anybody may write anything.</summary>
internal sealed class ConversationFinder : IDisposable
{
    // Opening costs curve arithmetic: worth other processors from here on, and a breath for the one of a browser.
    private const int ParallelMin = 8;

    private readonly ClientContext _client;
    private readonly ConversationStore _store;
    private readonly IncrementalReader _intros;
    private readonly IncrementalReader _invites;
    private readonly SemaphoreSlim _readingIntros = new(1, 1);
    private readonly SemaphoreSlim _readingInvites = new(1, 1);

    public ConversationFinder(ClientContext client, ConversationStore store)
    {
        (_client, _store) = (client, store);
        Intro = Topic.Intro(client.Self.ToString());
        Invite = Topic.Invite(client.Self.ToString());
        _intros = new IncrementalReader(client.Connection, client.Clock, Intro, client.ClockSkewNs);
        _invites = new IncrementalReader(client.Connection, client.Clock, Invite, client.ClockSkewNs);
    }

    /// <summary>The account.</summary>
    public EthereumAddress Self => _client.Self;

    public Topic Intro { get; }

    public Topic Invite { get; }

    /// <summary>Reads V1 introductions that are new, or all.</summary>
    public async Task ReadIntrosAsync(bool fromBeginning, CancellationToken cancellationToken)
    {
        await _readingIntros.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await foreach (var page in _intros.ReadNewAsync(fromBeginning, cancellationToken).ConfigureAwait(false))
            {
                var opened = await OpenAllAsync(page, OpenIntro, cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < page.Count; i++) TakeIntro(page[i], opened[i], out _);
            }
        }
        finally
        {
            _readingIntros.Release();
        }
    }

    /// <summary>Reads V2 invitations that are new, or all.</summary>
    public async Task ReadInvitesAsync(bool fromBeginning, CancellationToken cancellationToken)
    {
        await _readingInvites.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await foreach (var page in _invites.ReadNewAsync(fromBeginning, cancellationToken).ConfigureAwait(false))
                await TakeInvitesAsync(page, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _readingInvites.Release();
        }
    }

    /// <summary>Takes invitations in their order.</summary>
    public async Task TakeInvitesAsync(IReadOnlyList<Envelope> invites, CancellationToken cancellationToken)
    {
        var opened = await OpenAllAsync(invites, OpenInvite, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < invites.Count; i++) TakeInvite(invites[i], opened[i]);
    }

    /// <summary>Goes on from what an earlier run of the client had of both topics.</summary>
    public void Restore(ulong introsSeenNs, ulong invitesSeenNs)
    {
        _intros.Restore(introsSeenNs);
        _invites.Restore(invitesSeenNs);
    }

    /// <summary>Takes one invitation.</summary>
    /// <returns>Its conversation; null when it was dropped and reported.</returns>
    public Conversation? TakeInvite(Envelope envelope) => TakeInvite(envelope, OpenInvite(envelope));

    /// <summary>Takes one introduction.</summary>
    /// <param name="envelope">A V1 message from the intro topic.</param>
    /// <param name="opened">The message.</param>
    /// <returns>Its conversation; null when it was dropped and reported.</returns>
    public Conversation? TakeIntro(Envelope envelope, out OpenedMessage? opened) => TakeIntro(envelope, OpenIntro(envelope), out opened);

    /// <summary>The V1 conversation with a peer.</summary>
    public Conversation AddV1(EthereumAddress peer, ulong createdNs)
    {
        var conversation = Add(MakeV1(peer, createdNs));
        conversation.BeganBy(createdNs);
        return conversation;
    }

    /// <summary>The V2 conversation of an invitation; the first invitation of a peer to a topic counts.</summary>
    public Conversation AddV2(Invitation invitation) => _store.Find(invitation.Topic, invitation.PeerAddress) ?? Add(MakeV2(
        new ConversationKeys(invitation.Topic, invitation.KeyMaterial.Span, _client.Self, invitation.PeerAddress),
        new ConversationReference(invitation.Topic, invitation.PeerAddress, invitation.CreatedNs)
        {
            ConversationId = invitation.ConversationId,
            Metadata = invitation.Metadata,
            ConsentProof = invitation.Role == InvitationRole.Invitee ? invitation.ConsentProof : null,
        }));

    /// <summary>A V1 conversation that the client does not know yet.</summary>
    public Conversation MakeV1(EthereumAddress peer, ulong createdNs)
    {
        var topic = Topic.DirectMessageV1(_client.Self.ToString(), peer.ToString());
        return new Conversation(_client, new ConversationWireV1(_client, peer, topic), peer, topic, createdNs);
    }

    /// <summary>A V2 conversation that the client does not know yet; it takes the keys over.</summary>
    public Conversation MakeV2(ConversationKeys keys, ConversationReference reference) =>
        new(_client, new ConversationWireV2(_client, keys), keys.Peer, keys.Topic, reference.CreatedNs)
        {
            ConversationId = reference.ConversationId,
            Metadata = reference.Metadata,
            ConsentProof = reference.ConsentProof,
        };

    /// <summary>Makes a conversation known; the first one with a peer on a topic counts.</summary>
    /// <returns>The one that counts.</returns>
    public Conversation Add(Conversation made)
    {
        var known = _store.Add(made);
        if (known != made) made.Wire.Close();
        return known;
    }

    /// <summary>Makes room for so many conversations.</summary>
    public void Reserve(int count) => _store.Reserve(count);

    public void Dispose()
    {
        _readingIntros.Dispose();
        _readingInvites.Dispose();
    }

    /// <summary>Opens envelopes, on all processors where there are several and it is worth it.</summary>
    public static async Task<T[]> OpenAllAsync<T>(IReadOnlyList<Envelope> page, Func<Envelope, T> open, CancellationToken cancellationToken)
    {
        var opened = new T[page.Count];
        if (page.Count >= ParallelMin && Environment.ProcessorCount > 1)
        {
            var options = new ParallelOptions { CancellationToken = cancellationToken };
            await Task.Run(() => Parallel.For(0, page.Count, options, i => opened[i] = open(page[i])), cancellationToken).ConfigureAwait(false);
            return opened;
        }

        for (var i = 0; i < page.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            opened[i] = open(page[i]);
            if (i % ParallelMin == ParallelMin - 1) await Task.Yield();
        }

        return opened;
    }

    private Opened<Invitation> OpenInvite(Envelope envelope) =>
        SealedInvitation.Open(envelope.Message.Memory, envelope.TimestampNs, _client.Keys, _client.Provider, _client.Secrets);

    private Opened<OpenedMessage> OpenIntro(Envelope envelope) =>
        SealedMessageV1.Open(envelope.Message.Memory, _client.Keys, conversationTopic: null, _client.Provider, _client.Secrets);

    private Conversation? TakeInvite(Envelope envelope, Opened<Invitation> opened)
    {
        if (!opened.TryGet(out var invitation, out var reason))
        {
            _client.Drops.Report(reason, envelope);
            return null;
        }

        using var cleared = invitation;
        var conversation = AddV2(invitation);

        // The same key again is the same conversation: both sides created it, or an invitation was sent twice.
        if (((ConversationWireV2)conversation.Wire).Keys.HasKeyMaterial(invitation.KeyMaterial.Span)) return conversation;
        _client.Drops.Report(DropReason.InvitationTopicTaken, envelope);
        return null;
    }

    private Conversation? TakeIntro(Envelope envelope, Opened<OpenedMessage> result, out OpenedMessage? opened)
    {
        if (!result.TryGet(out opened, out var reason))
        {
            _client.Drops.Report(reason, envelope);
            return null;
        }

        var peer = opened.SenderAddress == _client.Self ? opened.RecipientAddress!.Value : opened.SenderAddress;
        return AddV1(peer, opened.SentNs);
    }
}
