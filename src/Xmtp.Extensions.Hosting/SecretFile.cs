using System.Security.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Extensions.Hosting;

/// <summary>Files that hold one key in hex.</summary>
internal static class SecretFile
{
    /// <summary>Makes a file with a new key, readable by this user only; leaves one that is there alone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="makeKey">Makes the key, which is cleared after use.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether it was made.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/>: it cannot be written.</exception>
    public static async Task<bool> CreateAsync(string path, Func<byte[]> makeKey, CancellationToken cancellationToken)
    {
        if (File.Exists(path)) return false;
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory) Directory.CreateDirectory(directory);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var key = makeKey();
            var writer = new StreamWriter(path, options);
            await using (writer.ConfigureAwait(false)) await writer.WriteLineAsync(Convert.ToHexStringLower(key).AsMemory(), cancellationToken).ConfigureAwait(false);
            CryptographicOperations.ZeroMemory(key);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process made it at the same time; that one counts.
            return false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"{path} cannot be written: {failure.Message}", failure);
        }
    }
}
