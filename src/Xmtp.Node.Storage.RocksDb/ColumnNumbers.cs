using Xmtp.Node.Storage.RocksDb.Native;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>The numbers that an open database has for the columns of a commit, as they stand in a <see cref="BatchBuffer"/>.</summary>
internal sealed class ColumnNumbers(Database database)
{
    public uint Header { get; } = NumberOf(database.Header);

    public uint Head { get; } = NumberOf(database.Head);

    public uint Payload { get; } = NumberOf(database.Payload);

    public uint Visible { get; } = NumberOf(database.Visible);

    public uint Copy { get; } = NumberOf(database.Copy);

    public uint Expiry { get; } = NumberOf(database.Expiry);

    private static uint NumberOf(Column column) => RocksDbApi.rocksdb_column_family_handle_get_id(column.Handle);
}
