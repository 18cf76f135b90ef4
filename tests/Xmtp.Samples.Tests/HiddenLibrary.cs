namespace Xmtp.Samples.Tests;

/// <summary>
/// A directory for LD_LIBRARY_PATH in which every name of libsecp256k1 is an empty file: the loader takes it before the
/// system's and fails, as on a machine that has none.
/// </summary>
internal sealed class HiddenLibrary : IDisposable
{
    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("xmtp-no-secp256k1-");

    public HiddenLibrary()
    {
        foreach (var ending in new[] { "", ".0", ".1", ".2", ".5", ".6" })
            File.WriteAllBytes(Path.Combine(Directory, $"libsecp256k1.so{ending}"), []);
    }

    public string Directory => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);
}
