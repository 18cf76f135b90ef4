using Xmtp.Identity;
using Xmtp.Protocol.Errors;

namespace Xmtp.Extensions.Hosting;

/// <summary>A wallet's private key in configuration or in a file.</summary>
internal static class WalletKey
{
    private const int FileLengthMaxBytes = 1024;

    /// <summary>The wallet of a key in text.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/>: it is no key.</exception>
    public static PrivateKeyWallet ToWallet(string text, string source) =>
        PrivateKeyWallet.TryParse(text, out var wallet) ? wallet : throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"{source} holds no private key of 64 hex digits");

    /// <summary>The wallet of a key in a file.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/>: there is no key, or it cannot be read.</exception>
    public static async Task<PrivateKeyWallet> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path).Length > FileLengthMaxBytes) throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"{path} is too long for a key file");
            return ToWallet(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"{path} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>Makes a file with a new key, readable by this user only; leaves one that is there alone.</summary>
    /// <returns>Whether it was made.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/>: it cannot be written.</exception>
    public static Task<bool> CreateAsync(string path, CancellationToken cancellationToken) => SecretFile.CreateAsync(
        path,
        static () =>
        {
            using var wallet = PrivateKeyWallet.Generate();
            return wallet.Export();
        },
        cancellationToken);
}
