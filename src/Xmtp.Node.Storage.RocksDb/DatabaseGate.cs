using Microsoft.Extensions.Logging;
using Xmtp.Node.Storage.RocksDb.Native;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>
/// The database of a store, which is closed and opened again after a failed write: only what the log on disk holds then counts.
/// While it cannot be opened for writing, for want of space say, it is read as it is.
/// </summary>
internal sealed class DatabaseGate : IDisposable
{
    private readonly string _path;
    private readonly RocksDbStoreOptions _options;
    private readonly ILogger _logger;
    // Held for reading around every use of the database, for writing while it is replaced.
    private readonly ReaderWriterLockSlim _gate = new();
    private Database? _database;
    private bool _isWritable;
    private bool _disposed;

    /// <summary>Opens the database.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StoreUnusable"/>.</exception>
    public DatabaseGate(string path, RocksDbStoreOptions options, ILogger logger)
    {
        (_path, _options, _logger) = (path, options, logger);
        try
        {
            _database = Database.Open(path, options);
            _isWritable = true;
        }
        catch (RocksDbException e)
        {
            throw new XmtpException(ErrorCatalogue.StoreUnusable, $"The store in {path} cannot be opened: {e.Message}", e);
        }
    }

    private Database Current => _database ?? throw (_disposed
        ? new ObjectDisposedException(nameof(RocksDbEnvelopeStore))
        : new IOException($"The store in {_path} failed and cannot be opened."));

    public TResult Read<TState, TResult>(TState state, Func<Database, TState, TResult> use)
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

    /// <summary>The same, for a metric: null at once while the database is being replaced, or gone.</summary>
    public TResult? TryRead<TResult>(Func<Database, TResult> use)
        where TResult : struct
    {
        if (!_gate.TryEnterReadLock(0)) return null;
        try
        {
            return _database is { } database ? use(database) : null;
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <summary>Uses the database to write. After a failure there is no further use until <see cref="Recover"/>.</summary>
    public TResult Write<TState, TResult>(TState state, Func<Database, TState, TResult> use)
    {
        _gate.EnterReadLock();
        try
        {
            var database = Current;
            if (!Volatile.Read(ref _isWritable)) throw new InvalidOperationException("The store failed and was not recovered.");
            return use(database, state);
        }
        catch (RocksDbException)
        {
            Volatile.Write(ref _isWritable, false);
            throw;
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <summary>Opens the database again if a write failed.</summary>
    public void Recover()
    {
        if (Volatile.Read(ref _isWritable)) return;
        _gate.EnterWriteLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(RocksDbEnvelopeStore));
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

    public void Dispose()
    {
        _gate.EnterWriteLock();
        try
        {
            if (_disposed) return;
            _disposed = true;
            _isWritable = false;
            _database?.Dispose();
            _database = null;
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
