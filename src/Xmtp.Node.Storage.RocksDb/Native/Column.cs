namespace Xmtp.Node.Storage.RocksDb.Native;

/// <summary>A column family of an open database, which closes it.</summary>
internal readonly record struct Column(nint Handle);
