namespace Xmtp.Integration;

/// <summary>A directory that is gone when the test is over.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("xmtp-integration-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
