using Xmtp.Node.Core.Keys;
using Xmtp.Node.Hosting;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Backup;

/// <summary>Puts a backup into a data directory that does not exist yet. Until all of it is checked there is nothing under that name.</summary>
internal static class BackupRestorer
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Restores.</summary>
    /// <param name="source">The archive.</param>
    /// <param name="dataDirectory">Where to; it does not exist, or is empty.</param>
    /// <param name="keyFile">The node's key, when the backup does not hold it; null to put it there later.</param>
    /// <param name="progress">Hears the bytes read so far, and how many there are.</param>
    /// <param name="cancellationToken">Gives up; nothing is left behind.</param>
    /// <returns>What was restored.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ArchiveUnusable"/>, or <see cref="ErrorCatalogue.OperationRefused"/>: something is there already.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static async Task<BackupManifest> RunAsync(Stream source, string dataDirectory, string? keyFile, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataDirectory));
        CheckEmpty(target);
        var unfinished = $"{target}.restoring-{Guid.NewGuid():N}";
        try
        {
            CreateDirectory(unfinished);
            CreateDirectory(Path.Combine(unfinished, BackupFormat.StoreFolder));
            var manifest = await BackupReader.ReadAsync(source, (manifest, file) => Open(unfinished, manifest, file, keyFile), progress, cancellationToken).ConfigureAwait(false);
            await CheckStoreAsync(unfinished, manifest, cancellationToken).ConfigureAwait(false);
            if (keyFile is not null) CopyKey(keyFile, unfinished);
            if (File.Exists(Path.Combine(unfinished, BackupFormat.KeyName))) CheckKey(unfinished, manifest);
            CheckEmpty(target);
            if (Directory.Exists(target)) Directory.Delete(target);
            Directory.Move(unfinished, target);
            return manifest;
        }
        finally
        {
            if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        }
    }

    private static void CheckEmpty(string target)
    {
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new XmtpException(ErrorCatalogue.OperationRefused, $"{target} is not empty, and nothing is ever overwritten. Move it away, or name another directory.");
    }

    private static FileStream Open(string folder, BackupManifest manifest, BackupFile file, string? keyFile)
    {
        if (file.Name == BackupFormat.KeyName && keyFile is not null) throw new XmtpException(ErrorCatalogue.OperationRefused, "The backup holds the node's key; give no other one.");
        var needed = manifest.Files.Sum(static part => part.Length);
        if (file == manifest.Files[0] && new DriveInfo(folder).AvailableFreeSpace is var free && free < needed)
            throw new IOException($"The disk has {free} bytes left, and the backup needs {needed}.");
        return Create(Path.Combine(folder, file.Name));
    }

    private static async Task CheckStoreAsync(string folder, BackupManifest manifest, CancellationToken cancellationToken)
    {
        IReadOnlyList<BackupLog> logs;
        try
        {
            logs = await StoreInventory.ReadAsync(Path.Combine(folder, BackupFormat.StoreFolder), everything: true, cancellationToken).ConfigureAwait(false);
        }
        catch (XmtpException damaged) when (damaged.Code == ErrorCatalogue.StoreUnusable)
        {
            throw BackupReader.Unusable($"its store is damaged: {damaged.Message}", damaged);
        }

        if (logs.Any(log => log.Own && log.Originator != manifest.Node)) throw BackupReader.Unusable("its store belongs to another node than its manifest says");
        var said = manifest.Logs.ToHashSet();
        if (logs.FirstOrDefault(log => !said.Contains(log)) is { } other) throw BackupReader.Unusable($"log {other.Id} is not what its manifest says");
        if (logs.Count != manifest.Logs.Count) throw BackupReader.Unusable("it lacks a log that its manifest names");
    }

    private static void CopyKey(string keyFile, string folder)
    {
        if (new FileInfo(keyFile).Length > BackupFormat.KeyLengthMaxBytes) throw new XmtpException(ErrorCatalogue.OperationRefused, $"{keyFile} is too long for a key.");
        using var destination = Create(Path.Combine(folder, BackupFormat.KeyName));
        destination.Write(File.ReadAllBytes(keyFile));
    }

    private static void CheckKey(string folder, BackupManifest manifest)
    {
        NodeId id;
        try
        {
            using var key = NodeKeyFile.LoadOrCreate(folder);
            id = key.Id;
        }
        catch (XmtpException unreadable)
        {
            throw BackupReader.Unusable($"the key cannot be read: {unreadable.Message}", unreadable);
        }

        if (id.ToString() != manifest.Node) throw new XmtpException(ErrorCatalogue.OperationRefused, $"The key is of node {id}, and the backup of node {manifest.Node}.");
    }

    private static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }
}
