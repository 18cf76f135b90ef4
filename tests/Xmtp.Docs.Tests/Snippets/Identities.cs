using System.Security.Cryptography;
using Xmtp.Client;
using Xmtp.Client.Accounts;
using Xmtp.Identity;

namespace Xmtp.Docs.Tests.Snippets;

public class Identities(SnippetNode snippetNode) : SnippetTest(snippetNode)
{
    [Fact]
    public async Task Create_PrivateKey_GivesTheAccount()
    {
        using var given = PrivateKeyWallet.Generate();
        var (privateKey, options, cancellationToken) = (given.Export(), Options, Limit);
        #region snippet:private-key-wallet
        using var wallet = new PrivateKeyWallet(privateKey);
        await using var client = await XmtpClient.CreateAsync(wallet, options, cancellationToken);
        Console.WriteLine(client.Address);
        #endregion
        Assert.Equal([given.Address.ToString()], Console.Lines);
    }

    [Fact]
    public async Task Create_WalletElsewhere_AsksIt()
    {
        using var signer = PrivateKeyWallet.Generate();
        var (address, options, cancellationToken) = (signer.Address, Options, Limit);
        #region snippet:delegate-wallet
        var wallet = new DelegateWallet(address, (text, cancellationToken) => signer.SignPersonalMessageAsync(text, cancellationToken));
        await using var client = await XmtpClient.CreateAsync(wallet, options, cancellationToken);
        #endregion
        Assert.Equal(address, client.Address);
    }

    [Fact]
    public async Task Open_ExportedKeys_IsTheSameAccount()
    {
        await using var client = await JoinAsync();
        var (options, cancellationToken) = (Options, Limit);
        #region snippet:exported-keys
        var keys = client.ExportKeys();
        await using var again = await XmtpClient.OpenAsync(keys, options, cancellationToken);
        CryptographicOperations.ZeroMemory(keys);
        #endregion
        Assert.Equal(client.Address, again.Address);
    }

    [Fact]
    public async Task Create_FileKeyStore_KeepsTheKeysThere()
    {
        using var wallet = PrivateKeyWallet.Generate();
        var directory = Path.Combine(Path.GetTempPath(), $"xmtp-docs-{Guid.NewGuid():n}");
        var (node, cancellationToken) = (Node, Limit);
        try
        {
            #region snippet:file-key-store
            var options = new XmtpClientOptions { Nodes = [node], KeyStore = new FileKeyStore(directory) };
            await using var client = await XmtpClient.CreateAsync(wallet, options, cancellationToken);
            #endregion
            Assert.Single(Directory.GetFiles(directory));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task CanMessage_SeveralAccounts_TellsEach()
    {
        await using var client = await JoinAsync();
        await using var known = await JoinAsync();
        var (peer, addresses, cancellationToken) = (known.Address, new[] { known.Address, Stranger() }, Limit);
        #region snippet:can-message
        var canMessage = await client.CanMessageAsync(peer, cancellationToken);
        foreach (var (address, isReachable) in await client.CanMessageAsync(addresses, cancellationToken))
            Console.WriteLine($"{address}: {isReachable}");
        #endregion
        Assert.True(canMessage);
        Assert.Equal([$"{addresses[0]}: True", $"{addresses[1]}: False"], Console.Lines.OrderByDescending(line => line.EndsWith("True", StringComparison.Ordinal)));
    }
}
