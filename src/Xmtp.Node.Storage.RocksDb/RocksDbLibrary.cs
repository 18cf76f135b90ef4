using System.Reflection;
using System.Runtime.InteropServices;
using Xmtp.Node.Storage.RocksDb.Native;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>Where the native RocksDB library is. It stands beside the program, unless a program that carries it inside says otherwise.</summary>
public static class RocksDbLibrary
{
    private static Func<nint>? s_load;
    private static int s_isPrepared;

    /// <summary>Says how to load the library, for a program that is one file. Asked once, when a store is first opened.</summary>
    /// <param name="load">Loads it and gives its handle.</param>
    /// <exception cref="InvalidOperationException">It was said before.</exception>
    public static void LoadWith(Func<nint> load)
    {
        ArgumentNullException.ThrowIfNull(load);
        if (Interlocked.CompareExchange(ref s_load, load, null) is not null) throw new InvalidOperationException("Where the RocksDB library is was said before.");
    }

    /// <summary>Lets the runtime ask here, which it does once for each assembly.</summary>
    internal static void Prepare()
    {
        if (Interlocked.Exchange(ref s_isPrepared, 1) == 0) NativeLibrary.SetDllImportResolver(typeof(RocksDbLibrary).Assembly, Resolve);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search)
    {
        if (name != RocksDbApi.Library) return 0;
        if (s_load is { } load) return load();

        // Beside the usual library there is one for systems with musl, under a name of its own.
        return RuntimeInformation.RuntimeIdentifier.StartsWith("linux-musl", StringComparison.Ordinal) && NativeLibrary.TryLoad("librocksdb-musl", assembly, search, out var handle) ? handle : 0;
    }
}
