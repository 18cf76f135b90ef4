using System.Security.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Native;

/// <summary>
/// A file that is kept packed and unpacked once, into a folder that only its owner can write to. Its hash is checked each time:
/// what was cut short, damaged or exchanged is unpacked anew.
/// </summary>
/// <param name="name">Its name.</param>
/// <param name="hash">SHA-256 of the unpacked file, 64 lower-case hex digits.</param>
/// <param name="open">Gives its bytes.</param>
internal sealed class UnpackedFile(string name, string hash, Func<Stream> open)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Uses the file in the first folder that can hold it, or else in one that is removed afterwards.</summary>
    /// <param name="caches">Folders to try.</param>
    /// <param name="use">Gets the path.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StoreUnusable"/>: it can be unpacked nowhere.</exception>
    public T Use<T>(IEnumerable<string> caches, Func<string, T> use)
    {
        foreach (var cache in caches)
        {
            if (TryKeep(Path.Combine(cache, hash[..16])) is { } kept) return use(kept);
        }

        return UseOnce(use);
    }

    private T UseOnce<T>(Func<string, T> use)
    {
        try
        {
            var folder = Directory.CreateTempSubdirectory("xmtp-native-");
            try
            {
                var path = Path.Combine(folder.FullName, name);
                Unpack(path);
                return use(path);
            }
            finally
            {
                // What is loaded stays loaded. Windows keeps the file until the process ends.
                if (!OperatingSystem.IsWindows()) folder.Delete(recursive: true);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new XmtpException(ErrorCatalogue.StoreUnusable, $"{name}, which this program has inside, cannot be unpacked: {failure.Message} Let XDG_CACHE_HOME or TMPDIR name a folder with room.", failure);
        }
    }

    private string? TryKeep(string folder)
    {
        var path = Path.Combine(folder, name);
        try
        {
            Prepare(folder);
            if (IsWhole(path)) return path;

            // Another process may do the same: each writes a file of its own, and the last one's takes the place of the others'.
            var fresh = Path.Combine(folder, $"{name}.{Environment.ProcessId}.new");
            try
            {
                Unpack(fresh);
                File.Move(fresh, path, overwrite: true);
            }
            finally
            {
                File.Delete(fresh);
            }

            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Makes the folder its owner's alone, which nobody but the owner can.</summary>
    private static void Prepare(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, OwnerOnly);
        if (File.GetUnixFileMode(folder) != OwnerOnly) File.SetUnixFileMode(folder, OwnerOnly);
    }

    private bool IsWhole(string path)
    {
        if (!File.Exists(path)) return false;
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file)) == hash;
    }

    private void Unpack(string path)
    {
        using (var packed = open())
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write))
            packed.CopyTo(file);
        if (!IsWhole(path)) throw new IOException($"{path} is not what was unpacked: the disk is full or damaged.");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
