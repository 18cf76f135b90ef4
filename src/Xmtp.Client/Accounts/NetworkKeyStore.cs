using System.Runtime.CompilerServices;
using Xmtp.Client.Network;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Accounts;

/// <summary>The account's private store topic, where all its devices find the keys. Only the account can write there.</summary>
internal sealed class NetworkKeyStore(NodeConnection connection, Func<PrivateKeyBundle, Publisher> publisher, SenderClock clock) : IKeyStore
{
    private const int PageSize = 5;

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        EthereumAddress account, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var newestFirst = new EnvelopeRange(Descending: true, PageSize: PageSize);
        var topic = Topic.PrivateStore(account.ToString()).Value;
        await foreach (var envelope in connection.ReadAsync(topic, newestFirst, cancellationToken).ConfigureAwait(false))
            yield return envelope.Message.Memory;
    }

    public Task WriteAsync(PrivateKeyBundle keys, ReadOnlyMemory<byte> encryptedKeys, CancellationToken cancellationToken = default)
    {
        var topic = Topic.PrivateStore(keys.WalletAddress.ToString());
        return publisher(keys).PublishAsync([Publisher.Envelope(topic, clock.NextNs(), encryptedKeys)], cancellationToken);
    }
}
