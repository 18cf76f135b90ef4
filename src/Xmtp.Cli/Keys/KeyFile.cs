using System.Security.Cryptography;
using Xmtp.Cryptography;
using Xmtp.Cryptography.WalletFiles;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Keys;

/// <summary>The wallet file that a command signs with.</summary>
public static class KeyFile
{
    /// <summary>Writes a new key file that only its owner can read.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/> when the file exists: keys are never overwritten.</exception>
    public static void Create(FileInfo file, byte[] privateKey, PrivateKeyWallet wallet, string passphrase)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(wallet);
        var content = WalletFile.Encrypt(privateKey, wallet.Address, passphrase);
        try
        {
            PrivateFile.Create(file.FullName, content);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            file.Refresh();
            ThrowIfExists(file);
            throw CannotBeWritten(file, failure);
        }
    }

    /// <summary>Encrypts a key file anew, under another passphrase. The old file is untouched until the new one is whole on the disk.</summary>
    /// <param name="file">The key file.</param>
    /// <param name="passphrase">Its passphrase now.</param>
    /// <param name="choose">Gives the new one; asked when the file was opened.</param>
    /// <returns>Whose wallet it is.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/>: it cannot be opened or written.</exception>
    public static EthereumAddress ChangePassphrase(FileInfo file, string passphrase, Func<string> choose)
    {
        ArgumentNullException.ThrowIfNull(choose);
        var key = WalletFile.Decrypt(Read(file), passphrase);
        try
        {
            using var wallet = new PrivateKeyWallet(key);
            PrivateFile.Replace(file.FullName, WalletFile.Encrypt(key, wallet.Address, choose()));
            return wallet.Address;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CannotBeWritten(file, failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Refuses to go on when there is a key file already, before anyone is asked for a passphrase.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/> when the file exists.</exception>
    public static void ThrowIfExists(FileInfo file, string advice = "--key-file names another.")
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Exists) throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"The key file {file.FullName} exists; it is not overwritten. {advice}");
    }

    /// <summary>The address that a key file says in clear. No passphrase is asked for.</summary>
    /// <param name="file">What may be a key file.</param>
    /// <param name="address">Its address; null when it does not say it.</param>
    /// <returns>False when it is no key file.</returns>
    public static bool TryReadAddress(FileInfo file, out EthereumAddress? address)
    {
        address = null;
        try
        {
            address = WalletFile.ReadAddress(Read(file));
            return true;
        }
        catch (XmtpException)
        {
            return false;
        }
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
        var content = Read(file);
        return Open(content, Passphrase.Read(passphraseFile));
    }

    /// <summary>Opens the wallet in a key file.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/>: missing, damaged, or the wrong passphrase.</exception>
    public static PrivateKeyWallet Open(FileInfo file, string passphrase) => Open(Read(file), passphrase);

    private static PrivateKeyWallet Open(byte[] content, string passphrase)
    {
        var privateKey = WalletFile.Decrypt(content, passphrase);
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

    private static XmtpException CannotBeWritten(FileInfo file, Exception failure) =>
        new(ErrorCatalogue.KeyFileUnreadable, $"The key file {file.FullName} cannot be written: {failure.Message}", failure);
}
