using System.Buffers;
using System.Security.Cryptography;
using Xmtp.Client.Storage;
using Xmtp.Protocol.Errors;

namespace Xmtp.Extensions.Hosting;

/// <summary>The local store of one account, with its key.</summary>
internal sealed class AccountStore : IAsyncDisposable
{
    private const int FileLengthMaxBytes = 1024;

    private AccountStore(SqliteClientStore store, StoreKey key) => (Store, Key) = (store, key);

    public SqliteClientStore Store { get; }

    public StoreKey Key { get; }

    /// <summary>Opens store and key, or makes them.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/>: the key. Otherwise as by <see cref="SqliteClientStore.OpenAsync"/>.</exception>
    public static async Task<AccountStore> OpenAsync(string storePath, string keyFile, CancellationToken cancellationToken)
    {
        var key = await ReadOrCreateKeyAsync(keyFile, cancellationToken).ConfigureAwait(false);
        try
        {
            return new AccountStore(await SqliteClientStore.OpenAsync(storePath, cancellationToken).ConfigureAwait(false), key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync().ConfigureAwait(false);
        Key.Dispose();
    }

    private static async Task<StoreKey> ReadOrCreateKeyAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await SecretFile.CreateAsync(path, static () =>
            {
                using var made = StoreKey.Generate();
                return made.Export();
            }, cancellationToken).ConfigureAwait(false);
            if (new FileInfo(path).Length > FileLengthMaxBytes) throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"{path} is too long for a key file");
            var text = (await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)).Trim();
            return Parse(text) ?? throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"{path} holds no store key of 64 hex digits");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"{path} cannot be read: {failure.Message}", failure);
        }
    }

    private static StoreKey? Parse(string text)
    {
        var key = new byte[StoreKey.Length];
        try
        {
            return text.Length == 2 * key.Length && Convert.FromHexString(text, key, out _, out _) == OperationStatus.Done ? new StoreKey(key) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
