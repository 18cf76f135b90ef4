using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Picture;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Backup;

/// <summary>Makes backups: a store of one moment, hard links where the disk has them, with a manifest of every file and every log, as one archive.</summary>
/// <param name="store">The store, which may be in use.</param>
/// <param name="node">Whose it is.</param>
/// <param name="network">The network's name.</param>
/// <param name="time">The clock.</param>
internal sealed class BackupWriter(IStoreMaintenance store, NodeId node, string network, TimeProvider time)
{
    private const string FolderPrefix = "backup-";
    private const string FolderSuffix = ".tmp";
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string DataDirectory => Path.GetDirectoryName(store.Location)!;

    /// <summary>Takes a backup.</summary>
    /// <param name="keyFile">The node's key, to go with it; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The backup, ready to be written. Disposing it gives its room back.</returns>
    /// <exception cref="IOException">The store or the disk failed.</exception>
    public async Task<TakenBackup> TakeAsync(string? keyFile, CancellationToken cancellationToken)
    {
        // What a process that died left behind.
        foreach (var leftover in Directory.EnumerateDirectories(DataDirectory, FolderPrefix + "*" + FolderSuffix)) Directory.Delete(leftover, recursive: true);
        var folder = Path.Combine(DataDirectory, $"{FolderPrefix}{Guid.NewGuid():N}{FolderSuffix}");
        Directory.CreateDirectory(folder);
        var taken = new TakenBackup(folder);
        try
        {
            var copy = Path.Combine(folder, BackupFormat.StoreFolder);
            await store.CheckpointAsync(copy, cancellationToken).ConfigureAwait(false);
            var created = time.GetUtcNow();
            var logs = await StoreInventory.ReadAsync(copy, everything: false, cancellationToken).ConfigureAwait(false);
            foreach (var file in new DirectoryInfo(copy).EnumerateFiles().Where(static file => BackupFormat.IsKept(file.Name)).OrderBy(static file => file.Name, StringComparer.Ordinal))
                await taken.AddAsync($"{BackupFormat.StoreFolder}/{file.Name}", file.FullName, cancellationToken).ConfigureAwait(false);
            if (keyFile is not null) await taken.AddAsync(BackupFormat.KeyName, keyFile, cancellationToken).ConfigureAwait(false);
            taken.Manifest = new BackupManifest(
                BackupFormat.Version, NodeSoftware.Name, PictureMaker.Text(created), node.ToString(), network, keyFile is not null, taken.Files, logs);
            return taken;
        }
        catch
        {
            await taken.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A backup on the node's own disk.</summary>
    internal sealed class TakenBackup(string folder) : IAsyncDisposable
    {
        private readonly List<(BackupFile File, string Path)> _files = [];

        public BackupManifest Manifest { get; set; } = null!;

        public IReadOnlyList<BackupFile> Files => [.. _files.Select(static file => file.File)];

        public async Task AddAsync(string name, string path, CancellationToken cancellationToken)
        {
            var stream = new FileStream(path, System.IO.FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using (stream.ConfigureAwait(false))
            {
                var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
                _files.Add((new BackupFile(name, stream.Length, hash), path));
            }
        }

        /// <summary>Writes the archive: the manifest, then all files.</summary>
        /// <param name="destination">Gets it.</param>
        /// <param name="progress">Hears how many bytes of files were written.</param>
        /// <param name="cancellationToken">Gives up.</param>
        public async Task WriteAsync(Stream destination, Action<long>? progress, CancellationToken cancellationToken)
        {
            var archive = new TarWriter(destination, TarEntryFormat.Pax, leaveOpen: true);
            await using (archive.ConfigureAwait(false))
            {
                var manifest = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(Manifest, BackupJson.Default.BackupManifest));
                await archive.WriteEntryAsync(Entry(BackupFormat.ManifestName, manifest), cancellationToken).ConfigureAwait(false);
                long written = 0;
                foreach (var (file, path) in _files)
                {
                    var stream = new FileStream(path, System.IO.FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
                    await using (stream.ConfigureAwait(false))
                    {
                        if (stream.Length != file.Length) throw new XmtpException(ErrorCatalogue.StorageFailed, $"{file.Name} changed while it was copied.");
                        await archive.WriteEntryAsync(Entry(file.Name, stream), cancellationToken).ConfigureAwait(false);
                    }

                    progress?.Invoke(written += file.Length);
                }
            }
        }

        public ValueTask DisposeAsync()
        {
            Directory.Delete(folder, recursive: true);
            return ValueTask.CompletedTask;
        }

        private PaxTarEntry Entry(string name, Stream data) => new(TarEntryType.RegularFile, name)
        {
            DataStream = data,
            Mode = FileMode,
            ModificationTime = DateTimeOffset.Parse(Manifest.Created, System.Globalization.CultureInfo.InvariantCulture),
        };
    }
}
