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
        foreach (var decision in await store.Rows.ReadAllAsync(static (after, limit) => RowKeys.Consents(after.Span, limit), ConsentRecord.Parser, static (_, record) => record, cancellationToken).ConfigureAwait(false))
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
        var finder = client.Conversations.Finder;
        var reading = store.Rows.ReadAllAsync(
            static (after, limit) => RowKeys.States(after.Span, limit), ConversationStateRecord.Parser, static (key, state) => KeyValuePair.Create(InboxIndex.Number(key.Span[1..]), state), cancellationToken);
        var conversations = await store.Rows.ReadAllAsync(
            static (after, limit) => RowKeys.Conversations(after.Span, limit), ConversationRecord.Parser, (key, record) => (record.Ordinal, Name: key[1..].ToArray(), Made: ConversationRecords.Restore(record, finder)), cancellationToken).ConfigureAwait(false);
        var states = new Dictionary<UInt128, ConversationStateRecord>(await reading.ConfigureAwait(false));

        conversations.Sort(static (left, right) => left.Ordinal.CompareTo(right.Ordinal));
        finder.Reserve(conversations.Count);
        index.Reserve(conversations.Count);
        foreach (var (ordinal, name, made) in conversations)
        {
            // A conversation without a state is one in which nothing happened yet.
            var state = states.GetValueOrDefault(InboxIndex.Number(name));
            if (state is { CreatedNs: > 0 }) made.BeganBy(state.CreatedNs);
            index.Add(new InboxEntry(finder.Add(made), name, ordinal, state));
        }
    }
}
