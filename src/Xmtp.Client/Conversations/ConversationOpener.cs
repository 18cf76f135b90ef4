using System.Collections.ObjectModel;
using System.Security.Cryptography;
using Xmtp.Client.Invitations;
using Xmtp.Client.Network;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Conversations;

/// <summary>
/// Finds or creates the conversation with a peer, by the rules that all current clients share, so that both sides end up
/// in the same one:
/// <list type="number">
/// <item>A V2 conversation with this peer and id that is known is it.</item>
/// <item>Otherwise the peer must have a contact, and must not be this account.</item>
/// <item>Without an id, a peer whose newest contact is V1 is written to over V1.</item>
/// <item>Without an id, a pair that ever talked over V1 goes on doing so.</item>
/// <item>Otherwise, one caller at a time for each peer: look for an invitation that has come since, or make one.</item>
/// </list>
/// </summary>
internal sealed class ConversationOpener(ClientContext client, ConversationStore store, ConversationFinder finder) : IDisposable
{
    // A lock for each peer would never go away again; peers that share one wait for each other, that is all.
    private readonly SemaphoreSlim[] _creating = [.. Enumerable.Range(0, 64).Select(static _ => new SemaphoreSlim(1, 1))];

    public async Task<Conversation> OpenAsync(EthereumAddress peer, NewConversationOptions options, CancellationToken cancellationToken)
    {
        var id = string.IsNullOrEmpty(options.ConversationId) ? null : options.ConversationId;
        if (peer == client.Self) throw new XmtpException(ErrorCatalogue.SelfMessaging, "A conversation needs two accounts; the peer is this one.");
        if (store.FindV2(peer, id) is { } known) return known;
        var contact = await client.Contacts.FindAsync(peer, cancellationToken).ConfigureAwait(false)
            ?? throw new XmtpException(ErrorCatalogue.NotOnNetwork, $"{peer} has published no contact");
        if (id is null && await FindV1Async(contact, cancellationToken).ConfigureAwait(false) is { } v1) return v1;

        var creating = _creating[(uint)peer.GetHashCode() % _creating.Length];
        await creating.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await finder.ReadInvitesAsync(fromBeginning: false, cancellationToken).ConfigureAwait(false);
            return store.FindV2(peer, id) ?? await CreateAsync(contact, options with { ConversationId = id }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            creating.Release();
        }
    }

    public void Dispose()
    {
        foreach (var semaphore in _creating) semaphore.Dispose();
    }

    private async Task<Conversation?> FindV1Async(Contact contact, CancellationToken cancellationToken)
    {
        await finder.ReadIntrosAsync(fromBeginning: false, cancellationToken).ConfigureAwait(false);
        if (contact.IsV1) return store.FindV1(contact.Address) ?? finder.AddV1(contact.Address, client.Clock.NowNs);
        var known = store.FindV1(contact.Address);
        return known is null || contact.V1Bundle is not null
            ? known
            : throw new XmtpException(ErrorCatalogue.LegacyKeysRequired, $"the conversation with {contact.Address} is V1, and their present keys are not");
    }

    private async Task<Conversation> CreateAsync(Contact contact, NewConversationOptions options, CancellationToken cancellationToken)
    {
        var createdNs = client.Clock.NextNs();
        var created = SealedInvitation.Create(
            client.Keys, contact.Bundle, options.ConversationId, options.Metadata, options.ConsentProof, createdNs, client.Provider, client.Random);
        Conversation conversation;
        try
        {
            await client.Publisher.PublishAsync(
                [
                    Publisher.Envelope(Topic.Invite(contact.Address.ToString()), createdNs, created.Bytes),
                    Publisher.Envelope(Topic.Invite(client.Self.ToString()), createdNs, created.Bytes),
                ],
                cancellationToken).ConfigureAwait(false);
            conversation = finder.AddV2(new Invitation(
                created.Topic, created.KeyMaterial, contact.Address, InvitationRole.Inviter, createdNs, options.ConversationId,
                options.Metadata is null ? ReadOnlyDictionary<string, string>.Empty : new Dictionary<string, string>(options.Metadata), ConsentProof: null));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(created.KeyMaterial);
        }

        await client.Consent.AllowImplicitlyAsync(contact.Address, evenIfDenied: true, cancellationToken).ConfigureAwait(false);
        return conversation;
    }
}
