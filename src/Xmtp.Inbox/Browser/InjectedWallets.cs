using Microsoft.JSInterop;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;

namespace Xmtp.Inbox.Browser;

/// <summary>Wallets that the user has as extensions of the browser (EIP-1193, found by EIP-6963).</summary>
public sealed class InjectedWallets(IJSRuntime scripts)
{
    private const int SignatureLength = 65;

    private readonly ScriptModule _wallets = new(scripts, "wallet.js");

    /// <summary>Ids and names of those that are there.</summary>
    public async Task<IReadOnlyList<(string Id, string Name)>> ListAsync()
    {
        var found = await _wallets.CallAsync<string[]>("list");
        return [.. found.Chunk(2).Select(static pair => (pair[0], pair[1]))];
    }

    /// <summary>Asks the user to let this page use an account of a wallet.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.WalletFailed"/>: refused, or no account.</exception>
    public async Task<IWallet> ConnectAsync(string id)
    {
        var text = await AskAsync(() => _wallets.CallAsync<string>("connect", id));
        if (!EthereumAddress.TryParse(text, out var address)) throw new XmtpException(ErrorCatalogue.WalletFailed, "the wallet gave no account");
        return new DelegateWallet(address, async (message, _) =>
        {
            var signature = await AskAsync(() => _wallets.CallAsync<string>("sign", id, text, message));
            try
            {
                var bytes = Convert.FromHexString(signature.StartsWith("0x", StringComparison.Ordinal) ? signature.AsSpan(2) : signature);
                if (bytes.Length == SignatureLength) return bytes;
            }
            catch (FormatException)
            {
                // Said below.
            }

            throw new XmtpException(ErrorCatalogue.WalletFailed, "the wallet's signature is not one of a plain account; smart contract wallets are not supported");
        });
    }

    private static async Task<string> AskAsync(Func<Task<string>> question)
    {
        try
        {
            return await question();
        }
        catch (JSException failure)
        {
            throw new XmtpException(ErrorCatalogue.WalletFailed, failure.Message.Split('\n')[0], failure);
        }
    }
}
