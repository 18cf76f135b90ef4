using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RocksDbSharp;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>
/// The embedded store: one directory, one process. An append is one write batch over all columns, on disk (fdatasync) when it
/// returns.
/// <para>
/// After a failed append the database is closed and opened again by <see cref="RecoverAsync"/>: only what the log on disk holds
/// then counts. While it cannot be opened for writing, for want of space say, it is read as it is.
/// </para>
/// </summary>
public sealed class RocksDbEnvelopeStore : IEnvelopeStore
{
    private readonly string _path;
    private readonly RocksDbStoreOptions _options;
    private readonly ILogger _logger;
    // Held for reading around every use of the database, for writing while it is replaced.
    private readonly ReaderWriterLockSlim _gate = new();
    private readonly EntryAppender _appender = new();
    private readonly ExpirySweep _sweep = new();
    private Database? _database;
    private bool _isWritable;
    private bool _disposed;

    private RocksDbEnvelopeStore(string path, RocksDbStoreOptions options, ILogger logger) => (_path, _options, _logger) = (path, options, logger);

    /// <summary>Opens the store in a directory, or makes one there.</summary>
    /// <param name="path">A directory of its own.</param>
    /// <param name="options">Measures; null for the defaults.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.StoreUnusable"/>: the store belongs to a running process, is damaged, or was written by a newer version or
    /// another program. Nothing in it was changed.
    /// </exception>
    public static RocksDbEnvelopeStore Open(string path, RocksDbStoreOptions? options = null, ILogger<RocksDbEnvelopeStore>? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var store = new RocksDbEnvelopeStore(Path.GetFullPath(path), options ?? new RocksDbStoreOptions(), logger ?? NullLogger<RocksDbEnvelopeStore>.Instance);
        try
        {
            store._database = Database.Open(store._path, store._options);
            store._isWritable = true;
        }
        catch (RocksDbException e)
        {
            throw new XmtpException(ErrorCatalogue.StoreUnusable, $"The store in {store._path} cannot be opened: {e.Message}", e);
        }

        store._logger.StoreOpened(store._path);
        return store;
    }

    /// <inheritdoc/>
    public ValueTask<LogEnd> RecoverAsync(LogId log, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_isWritable) Reopen();
        return ValueTask.FromResult(Read((log, entries: _options.EntriesCheckedAtStart), static (database, state) => LogCheck.Run(database, state.log, state.entries)));
    }

    /// <inheritdoc/>
    public ValueTask FindAsync(ReadOnlyMemory<Hash256> keys, Memory<EntryPlace> places, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Read((keys, places), static (database, state) =>
        {
            EntryAppender.Find(database, state.keys.Span, state.places.Span);
            return 0;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask AppendAsync(LogId log, ReadOnlyMemory<PendingEntry> entries, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Volatile.Read(ref _isWritable)) throw new InvalidOperationException("The store failed and was not recovered.");
        _gate.EnterReadLock();
        try
        {
            _appender.Append(Current, entries.Span);
            _sweep.Appended(entries.Span);
        }
        catch
        {
            Volatile.Write(ref _isWritable, false);
            throw;
        }
        finally
        {
            _gate.ExitReadLock();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ReadAsync(
        LogId log, ulong first, IList<LoggedEntry> destination, int countMax, long bytesMax, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfZero(first);
        cancellationToken.ThrowIfCancellationRequested();
        Read((place: new EntryPlace(log, first), destination, countMax, bytesMax), static (database, state) =>
        {
            EntryReader.Read(database, state.place, state.destination, state.countMax, state.bytesMax);
            return 0;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredEnvelope>> QueryAsync(EnvelopeQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ValueTask.FromResult(Read((query, cancellationToken),
            static (database, state) => PageReader.Read(database, state.query, state.cancellationToken)));
    }

    /// <inheritdoc/>
    public ValueTask<int> RemoveExpiredAsync(long nowNs, int countMax, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read((sweep: _sweep, nowNs, countMax),
            static (database, state) => state.sweep.Run(database, state.nowNs, state.countMax)));
    }

    /// <inheritdoc/>
    public long EstimateEnvelopeCount()
    {
        // Asked by metrics, which may outlive the store by a moment.
        if (!_gate.TryEnterReadLock(0)) return 0;
        try
        {
            return _database is { } database ? database.EstimateCount(database.Visible) : 0;
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <summary>Writes everything out to sorted files; what tools do before they copy the directory.</summary>
    public void Flush() => Read(0, static (database, _) =>
    {
        database.Flush();
        return 0;
    });

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _gate.EnterWriteLock();
        try
        {
            if (_disposed) return ValueTask.CompletedTask;
            _disposed = true;
            _isWritable = false;
            _appender.Dispose();
            _database?.Dispose();
            _database = null;
        }
        finally
        {
            _gate.ExitWriteLock();
        }

        return ValueTask.CompletedTask;
    }

    private Database Current => _database ?? throw (_disposed
        ? new ObjectDisposedException(nameof(RocksDbEnvelopeStore))
        : new IOException($"The store in {_path} failed and cannot be opened."));

    private TResult Read<TState, TResult>(TState state, Func<Database, TState, TResult> use)
    {
        _gate.EnterReadLock();
        try
        {
            return use(Current, state);
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    private void Reopen()
    {
        _gate.EnterWriteLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _database?.Dispose();
            _database = null;
            try
            {
                _database = Database.Open(_path, _options);
                _isWritable = true;
            }
            catch (Exception e)
            {
                _logger.ReopenFailed(_path, e);
                _database = TryOpenReadOnly();
                throw;
            }
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    private Database? TryOpenReadOnly()
    {
        try
        {
            return Database.OpenReadOnly(_path, _options);
        }
        catch (RocksDbException e)
        {
            _logger.ReopenFailed(_path, e);
            return null;
        }
    }
}
