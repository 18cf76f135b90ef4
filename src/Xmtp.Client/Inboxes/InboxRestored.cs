using Xmtp.Client.Consent;
using Xmtp.Client.Storage;
using Xmtp.Client.Storage.Records;

namespace Xmtp.Client.Inboxes;

/// <summary>What an earlier run left in the store that syncing goes on from.</summary>
/// <param name="AccountTopics">How far the topics of the account itself were read: introductions, invitations, consent.</param>
/// <param name="Position">Where streams go on from; null when nowhere.</param>
internal sealed record InboxRestored(Dictionary<string, TopicRecord> AccountTopics, PositionRecord? Position)
{
    /// <summary>Makes conversations and consent known to the client, without asking the network.</summary>
    public static async Task LoadAsync(ClientContext client, LocalStore store, InboxIndex index, InboxJournal journal, CancellationToken cancellationToken)
    {
        await journal.RestoreAsync(cancellationToken).ConfigureAwait(false);
        await LoadConversationsAsync(client, store, index, cancellationToken).ConfigureAwait(false);
        foreach (var (_, decision) in await store.ReadAllAsync(static (after, limit) => RowKeys.Consents(after.Span, limit), ConsentRecord.Parser, cancellationToken).ConfigureAwait(false))
            client.Consent.List.Restore(new ConsentEntry((ConsentKind)decision.Kind, decision.Value), (ConsentState)decision.State, decision.TimestampNs, decision.Digest.Span);

        var (topics, _) = await ReadAsync(client, store, cancellationToken).ConfigureAwait(false);
        var (intros, invites, consent) = (topics[client.Conversations.Finder.Intro.Value], topics[client.Conversations.Finder.Invite.Value], topics[client.Consent.Topic]);
        if (intros.IsRead && invites.IsRead) client.Conversations.Finder.Restore(intros.SeenNs, invites.SeenNs);
        if (consent.IsRead) client.Consent.Restore(consent.SeenNs);
    }

    /// <summary>What is stored now.</summary>
    public static async Task<InboxRestored> ReadAsync(ClientContext client, LocalStore store, CancellationToken cancellationToken)
    {
        string[] names = [client.Conversations.Finder.Intro.Value, client.Conversations.Finder.Invite.Value, client.Consent.Topic];
        var records = await store.Rows.FindAsync(
            [.. names.Select(name => (ReadOnlyMemory<byte>)RowKeys.Topic(store.Rows.Blind(name)))], TopicRecord.Parser, cancellationToken).ConfigureAwait(false);
        var topics = names.Zip(records).ToDictionary(static pair => pair.First, static pair => pair.Second ?? new TopicRecord(), StringComparer.Ordinal);
        return new InboxRestored(topics, await store.Rows.FindAsync(RowKeys.Position, PositionRecord.Parser, cancellationToken).ConfigureAwait(false));
    }

    private static async Task LoadConversationsAsync(ClientContext client, LocalStore store, InboxIndex index, CancellationToken cancellationToken)
    {
        // At once: while the rows of one are decrypted, those of the other are read.
        var reading = store.ReadAllAsync(static (after, limit) => RowKeys.States(after.Span, limit), ConversationStateRecord.Parser, cancellationToken);
        var conversations = await store.ReadAllAsync(static (after, limit) => RowKeys.Conversations(after.Span, limit), ConversationRecord.Parser, cancellationToken).ConfigureAwait(false);
        var states = await reading.ConfigureAwait(false);

        // A conversation without a state is one in which nothing happened yet.
        conversations.Sort(static (left, right) => left.Value.Ordinal.CompareTo(right.Value.Ordinal));
        var byName = states.ToDictionary(static row => InboxIndex.Number(row.Key.Span[1..]), static row => row.Value);
        foreach (var (key, record) in conversations)
        {
            var state = byName.GetValueOrDefault(InboxIndex.Number(key.Span[1..]));
            var conversation = ConversationRecords.Restore(record, state?.CreatedNs ?? 0, client.Conversations.Finder);
            var entry = new InboxEntry(conversation, key[1..].ToArray(), record.Ordinal);
            if (state is not null) entry.State = state;
            index.Add(entry);
        }
    }
}
