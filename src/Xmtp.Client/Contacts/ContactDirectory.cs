using Microsoft.Extensions.Logging;
using Xmtp.Client.Diagnostics;
using Xmtp.Client.Messages;
using Xmtp.Client.Network;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Contacts;

/// <summary>What accounts advertise about themselves: looks peers up, remembers them, and publishes the own contact.</summary>
internal sealed class ContactDirectory(
    NodeConnection connection, Publisher publisher, PrivateKeyBundle keys, SenderClock clock, DropReporter drops, ILogger logger)
{
    // The newest one counts; a second page is read only where the first one holds nothing usable.
    private const int PageSize = 5;

    // An account owns its contact topic, so many unusable entries are its own doing.
    private const int ExaminedMax = 100;

    private readonly ContactCache _cache = new();

    /// <summary>The contact of an account; null when it never published a usable one.</summary>
    public async Task<Contact?> FindAsync(EthereumAddress account, CancellationToken cancellationToken)
    {
        if (_cache.TryGet(account, out var known)) return known;
        var found = (await FindNewestAsync(account, cancellationToken).ConfigureAwait(false))?.Contact;
        if (found is not null) _cache.Add(found);
        return found;
    }

    /// <summary>Which of these accounts have a contact. Asks for those that are not remembered, in batches, and looks at the first page of each.</summary>
    public async Task<HashSet<EthereumAddress>> FindManyAsync(IEnumerable<EthereumAddress> accounts, CancellationToken cancellationToken)
    {
        var found = new HashSet<EthereumAddress>();
        var unknown = new Dictionary<string, EthereumAddress>(StringComparer.Ordinal);
        foreach (var account in accounts)
        {
            if (_cache.TryGet(account, out _)) found.Add(account);
            else unknown[TopicOf(account)] = account;
        }

        var queries = unknown.Keys.Select(static topic => (topic, NewestFirst));
        await foreach (var (reader, page) in connection.ReadFirstPagesAsync(queries, cancellationToken).ConfigureAwait(false))
        {
            var account = unknown[reader.Topic];
            if (page.Select(envelope => TryDecode(envelope, account)).FirstOrDefault(static contact => contact is not null) is not { } contact) continue;
            _cache.Add(contact);
            found.Add(account);
        }

        return found;
    }

    /// <summary>Forgets what is remembered of an account, so that the next look-up asks the network.</summary>
    public void Forget(EthereumAddress account) => _cache.Remove(account);

    /// <summary>Publishes the own contact, unless it is published already.</summary>
    public async Task EnsurePublishedAsync(CancellationToken cancellationToken)
    {
        var account = keys.WalletAddress;
        var newest = await FindNewestAsync(account, cancellationToken).ConfigureAwait(false);
        if (newest is { Contact.IsV1: false } published && published.Contact.Bundle.Equals(keys.PublicBundle)) return;

        // Later than whatever stands there, also when a clock was wrong; V2 later than V1, or their hashes decide which is newest.
        var v1TimeNs = Math.Max(clock.NextMs() * UnixTime.NanosecondsPerMillisecond, (newest?.TimestampNs ?? 0) + UnixTime.NanosecondsPerMillisecond);
        var v2TimeNs = Math.Max(clock.NextMs() * UnixTime.NanosecondsPerMillisecond, v1TimeNs + UnixTime.NanosecondsPerMillisecond);
        await PublishAsync(ContactBundle.EncodeV1(keys.PublicBundleV1), v1TimeNs, cancellationToken).ConfigureAwait(false);
        await PublishAsync(ContactBundle.EncodeV2(keys.PublicBundle), v2TimeNs, cancellationToken).ConfigureAwait(false);
        ClientLog.ContactPublished(logger, account);
    }

    private static EnvelopeRange NewestFirst { get; } = new(Descending: true, PageSize: PageSize);

    private static string TopicOf(EthereumAddress account) => Topic.Contact(account.ToString()).Value;

    private async Task PublishAsync(byte[] contact, ulong timeNs, CancellationToken cancellationToken) =>
        await publisher.PublishAsync([Publisher.Envelope(new Topic(TopicOf(keys.WalletAddress)), timeNs, contact)], cancellationToken).ConfigureAwait(false);

    private async Task<(Contact Contact, ulong TimestampNs)?> FindNewestAsync(EthereumAddress account, CancellationToken cancellationToken)
    {
        var examined = 0;
        await foreach (var envelope in connection.ReadAsync(TopicOf(account), NewestFirst, cancellationToken).ConfigureAwait(false))
        {
            if (TryDecode(envelope, account) is { } contact) return (contact, Math.Min(envelope.TimestampNs, Limits.TimestampMaxNs / 2));
            if (++examined == ExaminedMax) break;
        }

        return null;
    }

    private Contact? TryDecode(Envelope envelope, EthereumAddress account)
    {
        if (!ContactBundle.TryDecode(envelope.Message.Span, keys.Provider, out var contact))
        {
            drops.Report(DropReason.Malformed, envelope);
            return null;
        }

        if (contact.Address == account) return contact;
        drops.Report(DropReason.KeyNotSignedByWallet, envelope);
        return null;
    }
}
