using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Backup;

/// <summary>Reads a backup from outside: everything in it is bounded by its manifest, and nothing is believed that was not hashed.</summary>
internal static class BackupReader
{
    /// <summary>Reads an archive from beginning to end.</summary>
    /// <param name="source">The archive.</param>
    /// <param name="open">Gives the place for a file; null when it is only to be checked.</param>
    /// <param name="progress">Hears the bytes of files read so far, and how many there are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The manifest, whose every file was there and as it says.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ArchiveUnusable"/>.</exception>
    public static async Task<BackupManifest> ReadAsync(Stream source, Func<BackupManifest, BackupFile, Stream>? open, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            var archive = new TarReader(source, leaveOpen: true);
            await using (archive.ConfigureAwait(false)) return await ReadAsync(archive, open, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is EndOfStreamException or InvalidDataException or FormatException or JsonException)
        {
            throw Unusable($"it cannot be read to its end ({broken.Message})", broken);
        }
    }

    /// <summary>Makes the exception for a backup that is not what it says.</summary>
    public static XmtpException Unusable(string what, Exception? cause = null) => cause is null
        ? new(ErrorCatalogue.ArchiveUnusable, $"The backup is not usable: {what}.")
        : new(ErrorCatalogue.ArchiveUnusable, $"The backup is not usable: {what}.", cause);

    private static async Task<BackupManifest> ReadAsync(TarReader archive, Func<BackupManifest, BackupFile, Stream>? open, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        var first = await archive.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false);
        var manifest = await ReadManifestAsync(first, cancellationToken).ConfigureAwait(false);
        var missing = manifest.Files.ToDictionary(static file => file.Name, StringComparer.Ordinal);
        var (total, read) = (manifest.Files.Sum(static file => file.Length), 0L);
        while (await archive.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) throw Unusable($"{entry.Name} is no plain file");
            if (!missing.Remove(entry.Name, out var file)) throw Unusable($"{entry.Name} is not in its manifest, or is there twice");
            if (entry.Length != file.Length) throw Unusable($"{file.Name} has {entry.Length} bytes instead of {file.Length}");
            var destination = open?.Invoke(manifest, file) ?? Stream.Null;
            await using (destination.ConfigureAwait(false)) await CopyAsync(entry.DataStream ?? Stream.Null, destination, file, cancellationToken).ConfigureAwait(false);
            progress?.Invoke(read += file.Length, total);
        }

        return missing.Count == 0 ? manifest : throw Unusable($"{missing.Keys.Order(StringComparer.Ordinal).First()} is missing, and perhaps others");
    }

    private static async Task<BackupManifest> ReadManifestAsync(TarEntry? entry, CancellationToken cancellationToken)
    {
        if (entry is not { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile, Name: BackupFormat.ManifestName, DataStream: { } data }) throw Unusable($"it does not begin with {BackupFormat.ManifestName}");
        if (entry.Length > BackupFormat.ManifestLengthMaxBytes) throw Unusable("its manifest is too long");
        var manifest = await JsonSerializer.DeserializeAsync(data, BackupJson.Default.BackupManifest, cancellationToken).ConfigureAwait(false) ?? throw Unusable("its manifest is empty");
        if (manifest.Format != BackupFormat.Version) throw Unusable($"it has format {manifest.Format}, and this software reads {BackupFormat.Version}; use the software that wrote it");
        if (!NodeId.TryParse(manifest.Node, null, out _)) throw Unusable("its manifest names no node");
        if (manifest.Files.Count > BackupFormat.FilesMax) throw Unusable("its manifest names too many files");
        if (manifest.Files.Any(static file => file.Length is < 0 or > BackupFormat.FileLengthMaxBytes || !BackupFormat.IsName(file.Name))) throw Unusable("its manifest names a file that is no part of a node's data");
        if (manifest.Files.Any(static file => file.Name == BackupFormat.KeyName && file.Length > BackupFormat.KeyLengthMaxBytes)) throw Unusable("its key is too long");
        if (manifest.Files.DistinctBy(static file => file.Name, StringComparer.Ordinal).Count() != manifest.Files.Count) throw Unusable("its manifest names a file twice");
        if (manifest.WithKey != manifest.Files.Any(static file => file.Name == BackupFormat.KeyName)) throw Unusable("its manifest does not agree with itself about the key");
        return manifest;
    }

    private static async Task CopyAsync(Stream source, Stream destination, BackupFile file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        long copied = 0;
        for (int count; (count = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0; copied += count)
        {
            hash.AppendData(buffer, 0, count);
            await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }

        // What is moved into place must be there after a power cut.
        if (destination is FileStream written) written.Flush(flushToDisk: true);
        if (copied != file.Length) throw Unusable($"{file.Name} ends after {copied} of {file.Length} bytes");
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256) throw Unusable($"{file.Name} has other bytes than were backed up");
    }
}
