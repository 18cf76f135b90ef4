using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Xmtp.Cryptography;
using Xmtp.Identity;

namespace Xmtp.Client.Accounts;

/// <summary>Keeps keys as long as the process lives. Without a copy elsewhere the account's conversations are unreadable afterwards.</summary>
public sealed class MemoryKeyStore : IKeyStore
{
    private readonly ConcurrentDictionary<EthereumAddress, byte[]> _keys = new();

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        EthereumAddress account, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask.ConfigureAwait(false);
        if (_keys.TryGetValue(account, out var keys)) yield return keys;
    }

    /// <inheritdoc/>
    public Task WriteAsync(PrivateKeyBundle keys, ReadOnlyMemory<byte> encryptedKeys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _keys[keys.WalletAddress] = encryptedKeys.ToArray();
        return Task.CompletedTask;
    }
}
