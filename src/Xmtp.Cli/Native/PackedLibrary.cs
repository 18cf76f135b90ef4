using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Xmtp.Node.Storage.RocksDb;

namespace Xmtp.Cli.Native;

/// <summary>
/// The RocksDB library inside the command when it is one native file. The system loads libraries from files only, so it is unpacked
/// once into the user's cache.
/// </summary>
internal static class PackedLibrary
{
    private const string Packed = "rocksdb.gz";
    private const string Hash = "rocksdb.sha256";

    /// <summary>Lets the store find it. Costs nothing until a store is opened, and nothing ever where the runtime is: there it stands beside.</summary>
    public static void Register()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported) RegisterHere();
    }

    // Of its own, so that the store's assembly is not loaded for looking at this method.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RegisterHere() => RocksDbLibrary.LoadWith(Load);

    private static nint Load()
    {
        var assembly = typeof(PackedLibrary).Assembly;
        using var hash = assembly.GetManifestResourceStream(Hash);
        if (hash is null) return 0;
        using var reader = new StreamReader(hash);
        var name = OperatingSystem.IsWindows() ? "rocksdb.dll" : OperatingSystem.IsMacOS() ? "librocksdb.dylib" : "librocksdb.so";
        var file = new UnpackedFile(name, reader.ReadToEnd(), () => new GZipStream(assembly.GetManifestResourceStream(Packed)!, CompressionMode.Decompress));
        return file.Use(CacheFolders.Candidates(Environment.GetEnvironmentVariable), NativeLibrary.Load);
    }
}
