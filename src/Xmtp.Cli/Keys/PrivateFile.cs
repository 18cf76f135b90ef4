using System.Security.Cryptography;

namespace Xmtp.Cli.Keys;

/// <summary>Files that only their owner can read. What stands at their path is always whole.</summary>
internal static class PrivateFile
{
    /// <summary>Writes a file that was not there.</summary>
    /// <exception cref="IOException">It is there, or the disk failed; then nothing is left of it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content)
    {
        CreateFolder(path);
        using var stream = Open(path);
        try
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        catch
        {
            // Half a file is worth nothing, and would stand in the way of the next attempt.
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Puts a file in the place of another, or of none: readers see one or the other.</summary>
    /// <exception cref="IOException">The disk failed; the old file is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.tmp";
        Create(temporary, content);
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Makes the folder of a file, for its owner alone.</summary>
    public static void CreateFolder(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is not { Length: > 0 } folder) return;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else if (!Directory.Exists(folder)) Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static FileStream Open(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
