namespace Xmtp.Benchmarks;

/// <summary>Directories that go away with the measurement.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("xmtp-bench-");

    public string this[string name] => Path.Combine(_root.FullName, name);

    public string Root => _root.FullName;

    public void Dispose() => _root.Delete(recursive: true);
}
