using System.Runtime.CompilerServices;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Accounts;

/// <summary>
/// Keeps keys in a directory, one file for each account, in the form in which the network stores them. Other devices of
/// the account do not find them: they would create an identity of their own, unless they are given these files.
/// </summary>
public sealed class FileKeyStore : IKeyStore
{
    private readonly string _directory;

    /// <summary>Uses a directory, which is created when something is stored.</summary>
    /// <param name="directory">Path of the directory.</param>
    public FileKeyStore(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        _directory = Path.GetFullPath(directory);
    }

    /// <inheritdoc/>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/>: the file is there but cannot be read.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        EthereumAddress account, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var path = PathOf(account);
        byte[] keys;
        try
        {
            if (new FileInfo(path).Length > Limits.MessageLengthMaxBytes)
                throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"{path} is too long for a key file");
            keys = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            yield break;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"{path} cannot be read: {failure.Message}", failure);
        }

        yield return keys;
    }

    /// <inheritdoc/>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StorageFailed"/>: the file cannot be written; an earlier one is untouched.</exception>
    public async Task WriteAsync(PrivateKeyBundle keys, ReadOnlyMemory<byte> encryptedKeys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var path = PathOf(keys.WalletAddress);
        var temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            Directory.CreateDirectory(_directory);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var file = new FileStream(temporary, options);
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync(encryptedKeys, cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new XmtpException(ErrorCatalogue.StorageFailed, $"{path} cannot be written: {failure.Message}", failure);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private string PathOf(EthereumAddress account) => Path.Combine(_directory, $"{account}.xmtp-keys");
}
