using Xmtp.Client.Storage;

namespace Xmtp.Client.Tests.Storage;

/// <summary>Store files of one test, removed at its end.</summary>
internal sealed class StoreFiles : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-store-").FullName;

    public string PathOf(string name) => Path.Combine(_directory, name);

    public Task<SqliteClientStore> OpenAsync(string name = "store") => SqliteClientStore.OpenAsync(PathOf(name), TestContext.Current.CancellationToken);

    /// <summary>All bytes on the disk, journals included.</summary>
    public byte[] ReadAll() => [.. Directory.EnumerateFiles(_directory).SelectMany(static file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    })];

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
