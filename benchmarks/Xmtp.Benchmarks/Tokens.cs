using Grpc.Core;
using Xmtp.Cryptography;
using Xmtp.Identity;

namespace Xmtp.Benchmarks;

/// <summary>Call headers with the publish token of a fresh account.</summary>
internal static class Tokens
{
    public static async Task<Metadata> CreateHeadersAsync(CancellationToken cancellationToken)
    {
        using var wallet = PrivateKeyWallet.Generate();
        using var keys = await PrivateKeyBundle.CreateAsync(wallet, TimeProvider.System, CryptoProvider.Default, null, cancellationToken);
        return new Metadata { { "authorization", PublishToken.CreateHeader(keys, TimeProvider.System.GetUtcNow()) } };
    }
}
