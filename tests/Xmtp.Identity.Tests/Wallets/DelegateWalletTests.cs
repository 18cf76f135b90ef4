using Microsoft.Extensions.Time.Testing;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Identity.Tests.Wallets;

/// <summary>A wallet is foreign code: whatever it does ends in a checked signature or in one clear error.</summary>
public sealed class DelegateWalletTests
{
    private static readonly CryptoProvider Provider = CryptoProvider.Default;

    [Fact]
    public async Task SignPersonalMessage_Delegate_GetsTextAndToken()
    {
        using var cancellation = new CancellationTokenSource();
        string? seenText = null;
        CancellationToken seenToken = default;
        var wallet = new DelegateWallet(default, (text, token) =>
        {
            (seenText, seenToken) = (text, token);
            return new([1, 2, 3]);
        });

        Assert.Equal([1, 2, 3], await wallet.SignPersonalMessageAsync("hello", cancellation.Token));
        Assert.Equal("hello", seenText);
        Assert.Equal(cancellation.Token, seenToken);
    }

    [Fact]
    public async Task Create_WalletElsewhere_GivesUsableKeys()
    {
        using var remote = People.Wallet("amal", Provider);
        using var keys = await Create(new DelegateWallet(remote.Address, remote.SignPersonalMessageAsync));
        Assert.Equal(remote.Address, keys.WalletAddress);
    }

    [Fact]
    public async Task Create_SignatureOfOtherAccount_IsRefused()
    {
        using PrivateKeyWallet amal = People.Wallet("amal", Provider), bola = People.Wallet("bola", Provider);
        var refusal = await Refused(new DelegateWallet(amal.Address, bola.SignPersonalMessageAsync));
        Assert.Contains(amal.Address.ToString(), refusal.Message, StringComparison.Ordinal);
        Assert.Contains(bola.Address.ToString(), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_StaleSignature_IsRefused()
    {
        using var amal = People.Wallet("amal", Provider);
        await Refused(new DelegateWallet(amal.Address, (_, token) => amal.SignPersonalMessageAsync("another text", token)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(66)]
    [InlineData(4096)]
    public async Task Create_WrongLength_IsRefused(int length) =>
        await Refused(new DelegateWallet(default, (_, _) => new(new byte[length])));

    [Fact]
    public async Task Create_NoBytesAtAll_IsRefused() => await Refused(new DelegateWallet(default, (_, _) => new((byte[])null!)));

    [Theory]
    [InlineData(2)]
    [InlineData(26)]
    [InlineData(29)]
    [InlineData(37)]
    public async Task Create_UnknownLastByte_IsRefused(byte last)
    {
        using var amal = People.Wallet("amal", Provider);
        await Refused(new DelegateWallet(amal.Address, async (text, token) =>
        {
            var signature = await amal.SignPersonalMessageAsync(text, token);
            signature[^1] = last;
            return signature;
        }));
    }

    [Fact]
    public async Task Create_SignatureOfNobody_IsRefused() =>
        await Refused(new DelegateWallet(default, (_, _) => new(new byte[65])));

    [Fact]
    public async Task Create_WalletThrows_NamesCause()
    {
        var cause = new TimeoutException("device is locked");
        var refusal = await Refused(new DelegateWallet(default, (_, _) => throw cause));
        Assert.Same(cause, refusal.InnerException);
        Assert.Contains("device is locked", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WalletReportsItsOwnError_KeepsIt()
    {
        var own = new XmtpException(ErrorCatalogue.RateLimited, "later");
        var thrown = await Assert.ThrowsAsync<XmtpException>(() => Create(new DelegateWallet(default, (_, _) => throw own)));
        Assert.Same(own, thrown);
    }

    [Fact]
    public async Task Create_Cancelled_DoesNotAsk()
    {
        var asked = false;
        var wallet = new DelegateWallet(default, (_, _) =>
        {
            asked = true;
            return new(new byte[65]);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Create(wallet, new CancellationToken(canceled: true)));
        Assert.False(asked);
    }

    [Fact]
    public async Task Create_CancelledWhileWaiting_IsCancellation()
    {
        using var cancellation = new CancellationTokenSource();
        var wallet = new DelegateWallet(default, async (_, token) =>
        {
            await cancellation.CancelAsync();
            token.ThrowIfCancellationRequested();
            return [];
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Create(wallet, cancellation.Token));
    }

    [Fact]
    public async Task Create_WalletCancelsOnItsOwn_IsWalletFailure() =>
        await Refused(new DelegateWallet(default, (_, _) => throw new OperationCanceledException("the person said no")));

    private static Task<PrivateKeyBundle> Create(IWallet wallet, CancellationToken cancellationToken = default) =>
        PrivateKeyBundle.CreateAsync(wallet, new FakeTimeProvider(), Provider, random: null, cancellationToken);

    private static Task<XmtpException> Refused(IWallet wallet) => Refusal.OfAsync(ErrorCatalogue.WalletFailed, () => Create(wallet));
}
