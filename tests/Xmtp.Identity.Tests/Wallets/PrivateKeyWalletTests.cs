using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Identity.Tests.Wallets;

public sealed class PrivateKeyWalletTests
{
    [Theory, ClassData(typeof(CryptoProviders))]
    public async Task SignPersonalMessage_VectorTexts_GivesVectorSignatures(string provider)
    {
        foreach (var name in People.Names)
        {
            var person = People.Row(name);
            using var wallet = People.Wallet(name, CryptoProviders.Get(provider));
            Assert.Equal(person.Text("wallet_address"), wallet.Address.ToString());

            var identity = person.Member("identity");
            var text = SignatureTexts.CreateIdentity(identity.Bytes("unsigned_public_key_bytes"));
            Assert.Equal(identity.Text("create_identity_text"), text);
            Assert.Equal(identity.Text("wallet_signature_65"), Vectors.Hex(await wallet.SignPersonalMessageAsync(text)));
        }
    }

    [Fact]
    public void EnableIdentity_VectorWalletPreKeys_GivesVectorTexts()
    {
        foreach (var stored in Vectors.Load("04-encrypted-private-key-bundle.json").Rows("bundles"))
            Assert.Equal(stored.Text("enable_identity_text"), SignatureTexts.EnableIdentity(stored.Bytes("wallet_pre_key")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("0X")]
    [InlineData(" \n0x")]
    public void TryParse_HexDigits_GivesTheWallet(string before)
    {
        var key = People.Row("bola").Bytes("wallet_private_key");
        foreach (var digits in new[] { Convert.ToHexString(key), Convert.ToHexStringLower(key) })
        {
            Assert.True(PrivateKeyWallet.TryParse($"{before}{digits}\r\n", out var wallet));
            using (wallet) Assert.Equal(People.Row("bola").Text("wallet_address"), wallet.Address.ToString());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("00")]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("g000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000010")]
    [InlineData("0x 000000000000000000000000000000000000000000000000000000000000001")]
    public void TryParse_NoKey_IsFalse(string text)
    {
        Assert.False(PrivateKeyWallet.TryParse(text, out var wallet));
        Assert.Null(wallet);
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Generate_ScriptedRandom_TakesKeyFromIt(string provider)
    {
        var key = People.Row("bola").Bytes("wallet_private_key");
        using var wallet = PrivateKeyWallet.Generate(CryptoProviders.Get(provider), new ScriptedRandom(key));
        Assert.Equal(People.Row("bola").Text("wallet_address"), wallet.Address.ToString());
        Assert.Equal(key, wallet.Export());
    }

    [Fact]
    public void Generate_NoArguments_GivesDifferentAccounts()
    {
        using PrivateKeyWallet one = PrivateKeyWallet.Generate(), other = PrivateKeyWallet.Generate();
        Assert.NotEqual(one.Address, other.Address);
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Constructor_InvalidKey_IsRefused(string provider)
    {
        Refusal.Of(ErrorCatalogue.MalformedData, () => new PrivateKeyWallet(new byte[32], CryptoProviders.Get(provider)).Dispose());
        Refusal.Of(ErrorCatalogue.MalformedData, () => new PrivateKeyWallet(new byte[31], CryptoProviders.Get(provider)).Dispose());
    }

    [Fact]
    public void ToString_Wallet_ShowsAddressOnly()
    {
        using var wallet = People.Wallet("amal", CryptoProvider.Default);
        Assert.Equal(People.Row("amal").Text("wallet_address"), wallet.ToString());
    }

    [Fact]
    public async Task Dispose_Wallet_ForgetsKey()
    {
        var wallet = People.Wallet("amal", CryptoProvider.Default);
        wallet.Dispose();
        Assert.Throws<ObjectDisposedException>(wallet.Export);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await wallet.SignPersonalMessageAsync("text"));
    }

    [Fact]
    public async Task SignPersonalMessage_Cancelled_DoesNotSign()
    {
        using var wallet = People.Wallet("amal", CryptoProvider.Default);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await wallet.SignPersonalMessageAsync("text", new CancellationToken(canceled: true)));
    }
}
