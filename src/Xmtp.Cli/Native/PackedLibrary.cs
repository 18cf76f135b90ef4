using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;
using Xmtp.Node.Storage.RocksDb;

namespace Xmtp.Cli.Native;

/// <summary>
/// The native libraries inside the command when it is one file: RocksDB for nodes, SQLite for inboxes. The system loads libraries from
/// files only, so each is unpacked once into the user's cache, when it is first used.
/// </summary>
internal static class PackedLibrary
{
    private const string SqliteImport = "e_sqlite3";

    /// <summary>Lets the stores find them. Costs nothing until one is opened, and nothing ever where the runtime is: there they stand beside.</summary>
    public static void Register()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported) RegisterHere();
    }

    // Of its own, so that the stores' assemblies are not loaded for looking at the method above.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RegisterHere()
    {
        RocksDbLibrary.LoadWith(static () => Load("rocksdb", OperatingSystem.IsWindows() ? "rocksdb.dll" : OperatingSystem.IsMacOS() ? "librocksdb.dylib" : "librocksdb.so"));
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, static (name, _, _) => name == SqliteImport
            ? Load("sqlite", OperatingSystem.IsWindows() ? "e_sqlite3.dll" : OperatingSystem.IsMacOS() ? "libe_sqlite3.dylib" : "libe_sqlite3.so")
            : 0);
    }

    private static nint Load(string resource, string name)
    {
        var assembly = typeof(PackedLibrary).Assembly;
        using var hash = assembly.GetManifestResourceStream($"{resource}.sha256");
        if (hash is null) return 0;
        using var reader = new StreamReader(hash);
        var file = new UnpackedFile(name, reader.ReadToEnd(), () => new GZipStream(assembly.GetManifestResourceStream($"{resource}.gz")!, CompressionMode.Decompress));
        return file.Use(CacheFolders.Candidates(Environment.GetEnvironmentVariable), NativeLibrary.Load);
    }
}
