using System.Security.Cryptography;
using Xmtp.Cryptography;
using Xmtp.Cryptography.WalletFiles;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Keys;

/// <summary>The wallet file that a command signs with.</summary>
public static class KeyFile
{
    /// <summary>Where the key file is unless <c>--key-file</c> says otherwise: in the user's configuration directory.</summary>
    public static FileInfo DefaultLocation => new(Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "xmtp", "wallet.json"));

    /// <summary>Writes a new key file that only its owner can read.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/> when the file exists: keys are never overwritten.</exception>
    public static void Create(FileInfo file, byte[] privateKey, PrivateKeyWallet wallet, string passphrase)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(wallet);
        var content = WalletFile.Encrypt(privateKey, wallet.Address, passphrase);
        var isOurs = false;
        try
        {
            file.Directory?.Create();
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var stream = new FileStream(file.FullName, options);
            isOurs = true;
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            file.Refresh();
            if (!isOurs) ThrowIfExists(file);

            // Half a key file is worth nothing, and would stand in the way of the next attempt.
            else File.Delete(file.FullName);
            throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"The key file {file.FullName} cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>Refuses to go on when there is a key file already, before anyone is asked for a passphrase.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/> when the file exists.</exception>
    public static void ThrowIfExists(FileInfo file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Exists) throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"The key file {file.FullName} exists; it is not overwritten. --key-file names another.");
    }

    /// <summary>The address in a key file. Most files say it in clear; the passphrase is asked for only when one does not.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/>: missing or damaged; without an address also the wrong passphrase.</exception>
    public static EthereumAddress ReadAddress(FileInfo file, FileInfo? passphraseFile)
    {
        if (WalletFile.ReadAddress(Read(file)) is { } address) return address;
        using var wallet = Open(file, passphraseFile);
        return wallet.Address;
    }

    /// <summary>Opens the wallet in a key file.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/>: missing, damaged, or the wrong passphrase.</exception>
    public static PrivateKeyWallet Open(FileInfo file, FileInfo? passphraseFile)
    {
        var privateKey = WalletFile.Decrypt(Read(file), Passphrase.Read(passphraseFile));
        try
        {
            return new PrivateKeyWallet(privateKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    private static byte[] Read(FileInfo file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!file.Exists)
        {
            throw new XmtpException(ErrorCatalogue.KeyFileUnreadable,
                $"There is no key file at {file.FullName}. Make one with `xmtp identity create`, or name yours with --key-file.");
        }

        if (file.Length > WalletFile.LengthMaxBytes)
            throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"{file.FullName} is too large for a key file.");
        try
        {
            return File.ReadAllBytes(file.FullName);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"The key file cannot be read: {failure.Message}", failure);
        }
    }
}
