using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Xmtp.Cryptography.WalletFiles;
using Xmtp.Identity;

namespace Xmtp.Inbox.Accounts;

/// <summary>What <c>keyfiles-worker.js</c> calls, in a thread that has a runtime of its own.</summary>
[SupportedOSPlatform("browser")]
internal static partial class KeyFileWork
{
    /// <returns>The private key, 32 bytes.</returns>
    [JSExport]
    internal static byte[] Decrypt(byte[] content, string passphrase) => WalletFile.Decrypt(content, passphrase);

    /// <returns>The file.</returns>
    [JSExport]
    internal static byte[] Encrypt(byte[] privateKey, string passphrase)
    {
        using var wallet = new PrivateKeyWallet(privateKey);
        try
        {
            return WalletFile.Encrypt(privateKey, wallet.Address, passphrase);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }
}
