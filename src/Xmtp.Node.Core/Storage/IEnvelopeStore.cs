using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Core.Storage;

/// <summary>
/// What the node asks of a database. Logs are dense sequences of entries; beside them stand two indexes, kept in the
/// same commit: idempotency key → place, and the visible index (topic, sender time, digest) → place.
/// Every member may be called from any thread; only appends to one log never overlap.
/// A failure of the database is thrown as it comes, other than <see cref="XmtpException"/>; the caller translates.
/// </summary>
public interface IEnvelopeStore : IAsyncDisposable
{
    /// <summary>
    /// Makes the store usable, after opening as well as after a failed append, of which all or nothing may have
    /// become durable, and says which. Until it succeeds after a failed append, further appends fail.
    /// </summary>
    /// <param name="log">The log about to be written.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<LogEnd> RecoverAsync(LogId log, CancellationToken cancellationToken = default);

    /// <summary>Looks up which entries are already durable here.</summary>
    /// <param name="keys">Idempotency keys.</param>
    /// <param name="places">Gets for each key its place, or none; as long as <paramref name="keys"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask FindAsync(ReadOnlyMemory<Hash256> keys, Memory<EntryPlace> places, CancellationToken cancellationToken = default);

    /// <summary>
    /// Appends all entries with their index rows, or none. They are on stable storage when this returns. The caller has made
    /// sure that their numbers continue the log and that none of their keys is known.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="entries">Entries with places, in order.</param>
    /// <param name="cancellationToken">Honoured before the commit begins, never during it.</param>
    ValueTask AppendAsync(LogId log, ReadOnlyMemory<PendingEntry> entries, CancellationToken cancellationToken = default);

    /// <summary>Reads committed entries in order.</summary>
    /// <param name="log">The log.</param>
    /// <param name="first">Number of the first entry wanted.</param>
    /// <param name="destination">Gets the entries, contiguous from <paramref name="first"/> on.</param>
    /// <param name="countMax">How many at most.</param>
    /// <param name="bytesMax">Stops after the entry that brings the payloads above this.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask ReadAsync(
        LogId log, ulong first, IList<LoggedEntry> destination, int countMax, long bytesMax, CancellationToken cancellationToken = default);

    /// <summary>Reads one page of the visible index with its payloads, as of one moment.</summary>
    /// <param name="query">What is wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ResponseTooLarge"/>: beyond <see cref="EnvelopeQuery.BytesMax"/>.</exception>
    ValueTask<IReadOnlyList<StoredEnvelope>> QueryAsync(EnvelopeQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes payload, visible row and idempotency key of entries whose expiry has come, the oldest first. Headers stay.
    /// </summary>
    /// <param name="nowNs">The time, in nanoseconds since 1970; an entry that expires at exactly this time goes.</param>
    /// <param name="countMax">How many at most, in one commit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many went; fewer than <paramref name="countMax"/> when none is left.</returns>
    ValueTask<int> RemoveExpiredAsync(long nowNs, int countMax, CancellationToken cancellationToken = default);

    /// <summary>About how many envelopes can be queried. Cheap; possibly inexact.</summary>
    long EstimateEnvelopeCount();
}
