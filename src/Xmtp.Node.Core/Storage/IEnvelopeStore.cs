using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Core.Storage;

/// <summary>
/// What the node asks of a database. Logs are dense sequences of entries with signed heads. Beside them stand, kept in the same
/// commit, the visible index (topic, sender time, digest) → place of the copy that readers see, and the places of other copies.
/// Every member may be called from any thread. One owner, the log's writer, calls those that write, one after the other.
/// A failure of the database is thrown as it comes, other than <see cref="XmtpException"/>; the caller translates.
/// </summary>
public interface IEnvelopeStore : IAsyncDisposable
{
    /// <summary>
    /// Makes the store usable, after opening as well as after a failed commit, of which all or nothing may have
    /// become durable, and says which. Until it succeeds after a failed commit, further commits fail. A log of another node whose end
    /// is damaged comes back shorter, for what is missing can be fetched again.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>All logs, by number.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StoreUnusable"/>: the end of a log of this node is damaged.</exception>
    ValueTask<IReadOnlyList<StoredLog>> RecoverAsync(CancellationToken cancellationToken = default);

    /// <summary>Makes a log known. It is on stable storage, and empty, when this returns.</summary>
    /// <param name="name">Its name; not known yet.</param>
    /// <param name="key">The key of its originator.</param>
    /// <param name="isWritable">Whether this node will write it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its number here: one more than the highest so far, from 0.</returns>
    ValueTask<LogId> AddLogAsync(LogName name, NodePublicKey key, bool isWritable, CancellationToken cancellationToken = default);

    /// <summary>Marks a log as frozen, for good, and keeps the reason. Durable when this returns.</summary>
    /// <param name="log">The log.</param>
    /// <param name="evidence">Serialised evidence.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask FreezeAsync(LogId log, ReadOnlyMemory<byte> evidence, CancellationToken cancellationToken = default);

    /// <summary>The evidence that a log was frozen for, or null.</summary>
    /// <param name="log">The log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<byte[]?> ReadEvidenceAsync(LogId log, CancellationToken cancellationToken = default);

    /// <summary>Looks up which copy of each envelope readers see.</summary>
    /// <param name="keys">Envelopes.</param>
    /// <param name="places">Gets for each its place, or none; as long as <paramref name="keys"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask FindAsync(ReadOnlyMemory<EnvelopeIndexKey> keys, Memory<EntryPlace> places, CancellationToken cancellationToken = default);

    /// <summary>Looks up the copies of an envelope that readers do not see.</summary>
    /// <param name="key">The envelope.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<EntryPlace>> FindCopiesAsync(EnvelopeIndexKey key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Commits all of it with the index rows that each entry's <see cref="PendingEntry.Visibility"/> says, or nothing. It is on stable
    /// storage when this returns. The caller has made sure that the numbers continue the logs and that the visibilities hold.
    /// </summary>
    /// <param name="commit">Entries and heads.</param>
    /// <param name="cancellationToken">Honoured before the commit begins, never during it.</param>
    ValueTask CommitAsync(LogCommit commit, CancellationToken cancellationToken = default);

    /// <summary>Reads committed entries in order.</summary>
    /// <param name="log">The log.</param>
    /// <param name="first">Number of the first entry wanted.</param>
    /// <param name="destination">Gets the entries, contiguous from <paramref name="first"/> on.</param>
    /// <param name="countMax">How many at most.</param>
    /// <param name="bytesMax">Stops after the entry that brings the payloads above this.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask ReadAsync(
        LogId log, ulong first, IList<LoggedEntry> destination, int countMax, long bytesMax, CancellationToken cancellationToken = default);

    /// <summary>Finds the stored heads of a log from a number on, in order.</summary>
    /// <param name="log">The log.</param>
    /// <param name="first">The smallest sequence wanted.</param>
    /// <param name="last">The largest sequence wanted.</param>
    /// <param name="destination">Gets the heads.</param>
    /// <param name="countMax">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask ReadHeadsAsync(
        LogId log, ulong first, ulong last, IList<SignedHead> destination, int countMax, CancellationToken cancellationToken = default);

    /// <summary>Puts back the bytes of an entry that were found damaged. Durable when this returns. Its index rows are left as they are.</summary>
    /// <param name="place">The entry.</param>
    /// <param name="header">Its header, checked against the chain.</param>
    /// <param name="payload">Its payload, checked against the header; null when it has expired.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask RepairAsync(EntryPlace place, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte>? payload, CancellationToken cancellationToken = default);

    /// <summary>Reads one page of the visible index with its payloads, as of one moment.</summary>
    /// <param name="query">What is wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ResponseTooLarge"/>: beyond <see cref="EnvelopeQuery.BytesMax"/>.</exception>
    ValueTask<IReadOnlyList<StoredEnvelope>> QueryAsync(EnvelopeQuery query, CancellationToken cancellationToken = default);

    /// <summary>Reads rows of the visible index of one topic, ascending, without their payloads.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="first">The smallest key wanted.</param>
    /// <param name="destination">Gets key and place of each row.</param>
    /// <param name="countMax">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask ReadTopicAsync(
        string topic, EnvelopeKey first, IList<(EnvelopeKey Key, EntryPlace Place)> destination, int countMax, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes payloads and index rows of entries whose expiry has come, the oldest first. Headers stay. Where another copy of
    /// an envelope is held that has not expired, readers see that one from then on; of several the one at the smallest place.
    /// </summary>
    /// <param name="nowNs">The time, in nanoseconds since 1970; an entry that expires at exactly this time goes.</param>
    /// <param name="countMax">How many at most, in one commit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many went; fewer than <paramref name="countMax"/> when none is left.</returns>
    ValueTask<int> RemoveExpiredAsync(long nowNs, int countMax, CancellationToken cancellationToken = default);

    /// <summary>About how many envelopes can be queried. Cheap; possibly inexact.</summary>
    long EstimateEnvelopeCount();
}
