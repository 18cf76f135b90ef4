using Xmtp.Cryptography;
using Xmtp.Identity;

namespace Xmtp.Client.Accounts;

/// <summary>
/// Where an account's private keys are kept. What is kept is encrypted under a signature of the account's wallet, so a
/// store sees no key and needs no secret of its own.
/// </summary>
public interface IKeyStore
{
    /// <summary>What was stored for an account, newest first; nothing when the account is unknown here.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(EthereumAddress account, CancellationToken cancellationToken = default);

    /// <summary>Stores keys beside or in place of older ones. They are durable when the call returns.</summary>
    /// <param name="keys">Whose keys they are, for stores where the account must prove itself.</param>
    /// <param name="encryptedKeys">The keys, encrypted: what <see cref="ReadAsync"/> gives back.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task WriteAsync(PrivateKeyBundle keys, ReadOnlyMemory<byte> encryptedKeys, CancellationToken cancellationToken = default);
}
