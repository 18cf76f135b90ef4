using System.Runtime.InteropServices;

namespace Xmtp.Node.Storage.RocksDb.Native;

/// <summary>What RocksDB says went wrong.</summary>
internal sealed class RocksDbException(string message) : Exception(message)
{
    /// <summary>Throws when a call left an error text, which is freed.</summary>
    public static unsafe void ThrowIf(nint error)
    {
        if (error == 0) return;
        var message = Marshal.PtrToStringUTF8(error);
        RocksDbApi.rocksdb_free((void*)error);
        throw new RocksDbException(message ?? "");
    }
}
