using Xmtp.Cryptography;
using Xmtp.Identity;

namespace Xmtp.Node.Tests.Support;

/// <summary>An account that can publish.</summary>
internal sealed class TestAccount(PrivateKeyBundle keys)
{
    /// <summary>EIP-55 address.</summary>
    public string Address { get; } = keys.WalletAddress.ToString();

    /// <summary>The value of an Authorization header, dated now or at <paramref name="time"/>.</summary>
    public string Token(DateTimeOffset? time = null) => PublishToken.CreateHeader(keys, time ?? TimeProvider.System.GetUtcNow());

    public static async Task<TestAccount> CreateAsync()
    {
        using var wallet = PrivateKeyWallet.Generate();
        return new TestAccount(await PrivateKeyBundle.CreateAsync(wallet, TimeProvider.System, CryptoProvider.Default));
    }
}
