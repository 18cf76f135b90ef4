using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Fakes;

/// <summary>Keys of accounts that a seed decides.</summary>
internal static class TestKeys
{
    public static CryptoProvider Provider => CryptoProvider.Default;

    public static async Task<PrivateKeyBundle> CreateAsync(SeededRandom random)
    {
        using var wallet = PrivateKeyWallet.Generate(Provider, random);
        return await PrivateKeyBundle.CreateAsync(wallet, TimeProvider.System, Provider, random, TestContext.Current.CancellationToken);
    }
}
