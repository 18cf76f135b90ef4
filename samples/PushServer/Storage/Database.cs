using Microsoft.Data.Sqlite;

namespace PushServer.Storage;

/// <summary>One SQLite file, used by one thread at a time. What a transaction wrote is on stable storage when it returns.</summary>
internal sealed class Database : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS installations (
          id TEXT PRIMARY KEY, token BLOB NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL, p256dh TEXT, auth TEXT, secret BLOB);
        CREATE TABLE IF NOT EXISTS topics (
          topic TEXT NOT NULL, installation TEXT NOT NULL REFERENCES installations ON DELETE CASCADE, PRIMARY KEY (topic, installation)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS topics_of ON topics (installation);
        CREATE TABLE IF NOT EXISTS keys (
          topic TEXT NOT NULL, installation TEXT NOT NULL, period INTEGER NOT NULL, key BLOB NOT NULL, PRIMARY KEY (topic, installation, period),
          FOREIGN KEY (topic, installation) REFERENCES topics ON DELETE CASCADE) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS outbox (
          number INTEGER PRIMARY KEY, installation TEXT NOT NULL REFERENCES installations ON DELETE CASCADE, id TEXT NOT NULL, topic TEXT NOT NULL,
          message BLOB, round INTEGER NOT NULL, created INTEGER NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, done INTEGER,
          UNIQUE (installation, id));
        CREATE INDEX IF NOT EXISTS waiting ON outbox (installation, number) WHERE done IS NULL;
        CREATE INDEX IF NOT EXISTS finished ON outbox (round) WHERE done IS NOT NULL;
        CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
        """;

    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();
    private SqliteTransaction? _transaction;

    public Database(string path)
    {
        // It holds secrets of webhooks and of this server: nobody but its owner reads it, from its first byte on.
        if (!OperatingSystem.IsWindows() && !File.Exists(path))
            new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, Pooling = false }.ToString());
        _connection.Open();
        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        Execute(Schema);
    }

    /// <summary>Runs statements and returns how many rows they changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        lock (_gate)
        {
            using var command = Command(sql, parameters);
            return command.ExecuteNonQuery();
        }
    }

    /// <summary>Reads rows.</summary>
    public List<T> Read<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        lock (_gate)
        {
            using var command = Command(sql, parameters);
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read()) rows.Add(read(reader));
            return rows;
        }
    }

    public long Count(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => Read(sql, static row => row.GetInt64(0), parameters)[0];

    /// <summary>All of it or nothing.</summary>
    public void InTransaction(Action work)
    {
        lock (_gate)
        {
            using var transaction = _transaction = _connection.BeginTransaction();
            try
            {
                work();
                transaction.Commit();
            }
            finally
            {
                _transaction = null;
            }
        }
    }

    public void Dispose() => _connection.Dispose();

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = _connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, _transaction);
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
