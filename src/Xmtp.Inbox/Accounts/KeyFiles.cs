using System.Security.Cryptography;
using Microsoft.JSInterop;
using Xmtp.Identity;
using Xmtp.Inbox.Browser;
using Xmtp.Protocol.Errors;

namespace Xmtp.Inbox.Accounts;

/// <summary>Key files (Web3 Secret Storage), opened and written beside the page's own thread.</summary>
public sealed class KeyFiles(IJSRuntime scripts)
{
    private readonly ScriptModule _keyFiles = new(scripts, "keyfiles.js");

    /// <summary>Opens the wallet in a file. Dispose it.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/>: damaged, or the wrong passphrase.</exception>
    public async Task<PrivateKeyWallet> OpenAsync(byte[] content, string passphrase)
    {
        var key = await RunAsync(nameof(KeyFileWork.Decrypt), content, passphrase);
        try
        {
            return new PrivateKeyWallet(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The file of a wallet.</summary>
    public async Task<byte[]> WriteAsync(PrivateKeyWallet wallet, string passphrase)
    {
        var key = wallet.Export();
        try
        {
            return await RunAsync(nameof(KeyFileWork.Encrypt), key, passphrase);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private async Task<byte[]> RunAsync(string operation, byte[] content, string passphrase)
    {
        try
        {
            return await _keyFiles.CallAsync<byte[]>("run", operation, content, passphrase);
        }
        catch (JSException failure)
        {
            throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, failure.Message.Split('\n')[0], failure);
        }
    }
}
