using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Storage.RocksDb.Native;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>
/// The embedded store: one directory, one process. A commit is one write batch over all columns, on disk (fdatasync) when it
/// returns.
/// </summary>
public sealed class RocksDbEnvelopeStore : IEnvelopeStore, IStoreMaintenance
{
    private readonly RocksDbStoreOptions _options;
    private readonly ILogger _logger;
    private readonly DatabaseGate _database;
    private readonly CommitWriter _commits = new();
    private readonly ExpirySweep _sweep = new();

    private RocksDbEnvelopeStore(string path, RocksDbStoreOptions options, ILogger logger)
    {
        (Location, _options, _logger) = (path, options, logger);
        _database = new DatabaseGate(path, options, logger);
        logger.StoreOpened(path);
    }

    /// <inheritdoc/>
    public string Location { get; }

    /// <summary>Opens the store in a directory, or makes one there.</summary>
    /// <param name="path">A directory of its own.</param>
    /// <param name="options">Measures; null for the defaults.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.StoreUnusable"/>: the store belongs to a running process, is damaged, or was written by a newer version,
    /// by one from before networks of nodes, or by another program. Nothing in it was changed.
    /// </exception>
    public static RocksDbEnvelopeStore Open(string path, RocksDbStoreOptions? options = null, ILogger<RocksDbEnvelopeStore>? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new RocksDbEnvelopeStore(Path.GetFullPath(path), options ?? new RocksDbStoreOptions(), logger ?? NullLogger<RocksDbEnvelopeStore>.Instance);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredLog>> RecoverAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _database.Recover();
        return ValueTask.FromResult(_database.Write(this, static (database, store) => LogRecovery.Run(database, store._options, store._logger)));
    }

    /// <inheritdoc/>
    public ValueTask<LogId> AddLogAsync(LogName name, NodePublicKey key, bool isWritable, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_database.Write((name, key, isWritable), static (database, state) => LogRows.Add(database, state.name, state.key, state.isWritable)));
    }

    /// <inheritdoc/>
    public ValueTask FreezeAsync(LogId log, ReadOnlyMemory<byte> evidence, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _database.Write((log, evidence), static (database, state) =>
        {
            LogRows.Freeze(database, state.log, state.evidence.Span);
            return true;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<byte[]?> ReadEvidenceAsync(LogId log, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_database.Read(log, static (database, log) => LogRows.ReadEvidence(database, log)));
    }

    /// <inheritdoc/>
    public ValueTask FindAsync(ReadOnlyMemory<EnvelopeIndexKey> keys, Memory<EntryPlace> places, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _database.Read((keys, places), static (database, state) =>
        {
            VisibleIndex.Find(database, state.keys.Span, state.places.Span);
            return true;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<EntryPlace>> FindCopiesAsync(EnvelopeIndexKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_database.Read(key, static (database, key) => VisibleIndex.FindCopies(database, key)));
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(LogCommit commit, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _database.Write((store: this, commit), static (database, state) =>
        {
            state.store._commits.Write(database, state.commit);
            state.store._sweep.Committed(state.commit.Entries.Span);
            return true;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ReadAsync(
        LogId log, ulong first, IList<LoggedEntry> destination, int countMax, long bytesMax, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfZero(first);
        cancellationToken.ThrowIfCancellationRequested();
        _database.Read((place: new EntryPlace(log, first), destination, countMax, bytesMax), static (database, state) =>
        {
            EntryReader.Read(database, state.place, state.destination, state.countMax, state.bytesMax);
            return true;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ReadHeadsAsync(
        LogId log, ulong first, ulong last, IList<SignedHead> destination, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        cancellationToken.ThrowIfCancellationRequested();
        _database.Read((log, first, last, destination, countMax), static (database, state) =>
        {
            HeadReader.Read(database, state.log, state.first, state.last, state.destination, state.countMax);
            return true;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RepairAsync(EntryPlace place, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte>? payload, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _database.Write((place, header, payload), static (database, state) =>
        {
            Span<byte> key = stackalloc byte[StoreFormat.PlaceLength];
            EntryHeaderFormat.WriteKey(key, state.place);
            using var batch = new WriteBatch();
            batch.Put(key, state.header.Span, database.Header);
            if (state.payload is { } payload) batch.Put(key, payload.Span, database.Payload);
            else batch.Delete(key, database.Payload);
            database.WriteDurably(batch);
            return true;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredEnvelope>> QueryAsync(EnvelopeQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ValueTask.FromResult(_database.Read((query, cancellationToken),
            static (database, state) => PageReader.Read(database, state.query, state.cancellationToken)));
    }

    /// <inheritdoc/>
    public ValueTask ReadTopicAsync(
        string topic, EnvelopeKey first, IList<(EnvelopeKey Key, EntryPlace Place)> destination, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ArgumentNullException.ThrowIfNull(destination);
        cancellationToken.ThrowIfCancellationRequested();
        _database.Read((topic, first, destination, countMax), static (database, state) =>
        {
            VisibleIndex.ReadTopic(database, state.topic, state.first, state.destination, state.countMax);
            return true;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<int> RemoveExpiredAsync(long nowNs, int countMax, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_database.Write((sweep: _sweep, nowNs, countMax),
            static (database, state) => state.sweep.Run(database, state.nowNs, state.countMax)));
    }

    /// <inheritdoc/>
    public long EstimateEnvelopeCount() => _database.TryRead(static database => database.EstimateCount(database.Visible)) ?? 0;

    /// <summary>Writes everything out to sorted files; what tools do before they copy the directory.</summary>
    public void Flush() => _database.Read(0, static (database, _) =>
    {
        database.Flush();
        return true;
    });

    /// <inheritdoc/>
    public async Task CompactAsync(CancellationToken cancellationToken = default)
    {
        await using var end = cancellationToken.UnsafeRegister(static store => ((RocksDbEnvelopeStore)store!).CancelCompaction(), this).ConfigureAwait(false);
        await Task.Run(() => CompactColumns(cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task CheckpointAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Task.Run(
            () =>
            {
                if (Directory.Exists(path)) throw new IOException($"{path} exists already.");
                Maintain(path, static (database, path) =>
                {
                    database.Checkpoint(path);
                    return true;
                });
            },
            cancellationToken);
    }

    private void CompactColumns(CancellationToken cancellationToken)
    {
        // One column at a time: a store that fails meanwhile is brought back between two of them.
        var count = Maintain(0, static (database, _) =>
        {
            database.AllowCompaction();
            return database.Columns.Count;
        });
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Maintain(i, static (database, column) =>
            {
                database.Compact(database.Columns[column]);
                return true;
            });
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private void CancelCompaction() => _database.TryRead(static database =>
    {
        database.CancelCompaction();
        return true;
    });

    private T Maintain<TState, T>(TState state, Func<Database, TState, T> work)
    {
        try
        {
            return _database.Read(state, work);
        }
        catch (RocksDbException failure)
        {
            throw new IOException($"The store in {Location} failed: {failure.Message}", failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        return ValueTask.CompletedTask;
    }
}
