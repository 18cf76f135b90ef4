using Microsoft.Data.Sqlite;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Storage;

/// <summary>
/// Keeps a client's rows in one SQLite file. Every commit is on stable storage when it returns. The file is locked while the store is
/// open: one process, one client. What is in it was encrypted by the client. Safe for concurrent use.
/// </summary>
public sealed class SqliteClientStore : IClientStore
{
    // "XMTP" in ASCII, so that tools and people can tell what the file is.
    private const int ApplicationId = 0x584D5450;
    private const int Version = 1;
    private const int BusyErrorCode = 5;
    private const int LockedErrorCode = 6;

    private readonly SqliteConnection _connection;
    private readonly SemaphoreSlim _using = new(1, 1);
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _read;
    private readonly SqliteCommand _readBackwards;
    private readonly SqliteCommand _put;
    private readonly SqliteCommand _remove;
    private bool _isDisposed;

    private SqliteClientStore(SqliteConnection connection, string path)
    {
        (_connection, Path) = (connection, path);
        _find = Command("SELECT value FROM rows WHERE key = $key", "$key");
        _read = Command("SELECT key, value FROM rows WHERE key >= $from AND key < $to ORDER BY key LIMIT $limit", "$from", "$to", "$limit");
        _readBackwards = Command("SELECT key, value FROM rows WHERE key >= $from AND key < $to ORDER BY key DESC LIMIT $limit", "$from", "$to", "$limit");
        _put = Command("INSERT INTO rows (key, value) VALUES ($key, $value) ON CONFLICT (key) DO UPDATE SET value = excluded.value", "$key", "$value");
        _remove = Command("DELETE FROM rows WHERE key = $key", "$key");
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Opens a file, or creates it, readable by its owner only.</summary>
    /// <param name="path">Path of the file. Two more lie beside it while it is open.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.StoreUnusable"/>: it is open elsewhere, is no such file, or has a later format.
    /// <see cref="ErrorCatalogue.StorageFailed"/>: the disk failed.
    /// </exception>
    public static Task<SqliteClientStore> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Task.Run(() => Open(System.IO.Path.GetFullPath(path)), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>?>> FindAsync(IReadOnlyList<ReadOnlyMemory<byte>> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return RunAsync<IReadOnlyList<ReadOnlyMemory<byte>?>>(
            () =>
            {
                var values = new ReadOnlyMemory<byte>?[keys.Count];
                for (var i = 0; i < values.Length; i++)
                {
                    _find.Parameters[0].Value = ArrayOf(keys[i]);
                    if (_find.ExecuteScalar() is byte[] value) values[i] = value;
                }

                return values;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoreRow>> ReadAsync(StoreRange range, CancellationToken cancellationToken = default) => RunAsync<IReadOnlyList<StoreRow>>(
        () =>
        {
            var command = range.Descending ? _readBackwards : _read;
            command.Parameters[0].Value = ArrayOf(range.From);
            command.Parameters[1].Value = ArrayOf(range.To);
            command.Parameters[2].Value = range.Limit;
            using var reader = command.ExecuteReader();
            var rows = new List<StoreRow>();
            while (reader.Read()) rows.Add(new StoreRow(reader.GetFieldValue<byte[]>(0), reader.GetFieldValue<byte[]>(1)));
            return rows;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (changes.Count == 0) return;
        await RunAsync(
            () =>
            {
                using var transaction = _connection.BeginTransaction();
                foreach (var (key, value) in changes)
                {
                    var command = value is null ? _remove : _put;
                    command.Transaction = transaction;
                    command.Parameters[0].Value = ArrayOf(key);
                    if (value is { } bytes) command.Parameters[1].Value = ArrayOf(bytes);
                    command.ExecuteNonQuery();
                }

                transaction.Commit();
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _using.WaitAsync().ConfigureAwait(false);
        if (!_isDisposed)
        {
            _isDisposed = true;
            foreach (var command in new[] { _find, _read, _readBackwards, _put, _remove }) await command.DisposeAsync().ConfigureAwait(false);
            await _connection.DisposeAsync().ConfigureAwait(false);
        }

        _using.Release();
    }

    /// <summary>The file.</summary>
    public override string ToString() => Path;

    private static SqliteClientStore Open(string path)
    {
        SqliteConnection? connection = null;
        try
        {
            Prepare(path);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 }.ToString());
            connection.Open();

            // Full: a commit is on the disk when it returns. Exclusive: a second process finds the file locked instead of stale.
            Execute(connection, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY");
            CheckFormat(connection, path);
            Execute(connection, "BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS rows (key BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID; "
                + $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}; COMMIT");
            return new SqliteClientStore(connection, path);
        }
        catch (SqliteException failure)
        {
            connection?.Dispose();
            throw failure.SqliteErrorCode is BusyErrorCode or LockedErrorCode
                ? new XmtpException(ErrorCatalogue.StoreUnusable, $"{path} is open in another process or client", failure)
                : new XmtpException(ErrorCatalogue.StoreUnusable, $"{path} cannot be opened: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new XmtpException(ErrorCatalogue.StorageFailed, $"{path} cannot be created: {failure.Message}", failure);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    private static void Prepare(string path)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        if (File.Exists(path)) return;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var created = new FileStream(path, options);
    }

    private static void CheckFormat(SqliteConnection connection, string path)
    {
        var (application, version) = (Number(connection, "PRAGMA application_id"), Number(connection, "PRAGMA user_version"));
        if (application == 0 && version == 0 && Number(connection, "SELECT count(*) FROM sqlite_master") == 0) return;
        if (application != ApplicationId) throw new XmtpException(ErrorCatalogue.StoreUnusable, $"{path} is a database of another program");
        if (version != Version) throw new XmtpException(ErrorCatalogue.StoreUnusable, $"{path} has format {version}; this version reads format {Version}");
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static byte[] ArrayOf(ReadOnlyMemory<byte> bytes) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : bytes.ToArray();

    private SqliteCommand Command(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    // SQLite blocks: never on the caller's thread, which may be that of a user interface.
    private async ValueTask<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _using.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return await Task.Run(work, cancellationToken).ConfigureAwait(false);
        }
        catch (SqliteException failure)
        {
            throw new XmtpException(ErrorCatalogue.StorageFailed, $"{Path}: {failure.Message}", failure);
        }
        finally
        {
            _using.Release();
        }
    }
}
