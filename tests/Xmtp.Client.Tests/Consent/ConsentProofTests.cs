using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Consent;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Consent;

public sealed class ConsentProofTests : IDisposable
{
    private static readonly DateTimeOffset Signed = new(2024, 2, 29, 12, 0, 0, 123, TimeSpan.Zero);

    private readonly SeededRandom _random = SeededRandom.Fresh();
    private readonly PrivateKeyWallet _wallet;
    private readonly PrivateKeyWallet _other;

    public ConsentProofTests()
    {
        _wallet = PrivateKeyWallet.Generate(TestKeys.Provider, _random);
        _other = PrivateKeyWallet.Generate(TestKeys.Provider, _random);
    }

    public void Dispose()
    {
        _wallet.Dispose();
        _other.Dispose();
        _random.Dispose();
    }

    [Fact]
    public async Task Verify_AtTheEdgesOfItsTime_CountsThirtyDays()
    {
        var proof = await SignAsync();

        Assert.Equal(ConsentProofVerdict.InFuture, Verify(proof, Signed.AddMilliseconds(-1)));
        Assert.Equal(ConsentProofVerdict.Valid, Verify(proof, Signed));
        Assert.Equal(ConsentProofVerdict.Valid, Verify(proof, Signed.AddDays(30)));
        Assert.Equal(ConsentProofVerdict.Expired, Verify(proof, Signed.AddDays(30).AddMilliseconds(1)));
        Assert.Equal(ConsentProofVerdict.NoTimestamp, Verify(proof with { TimestampMs = 0 }, Signed));
        Assert.Equal(ConsentProofVerdict.InFuture, Verify(proof with { TimestampMs = ulong.MaxValue }, Signed));
    }

    [Fact]
    public async Task Verify_WithTheLedgerFormOfV_Holds()
    {
        var proof = await SignAsync();
        var v = proof.Signature[^2..] == "1b" ? "00" : "01";

        Assert.Equal(ConsentProofVerdict.Valid, Verify(proof with { Signature = proof.Signature[..^2] + v }, Signed));
    }

    [Fact]
    public async Task Verify_OfMalformedSignatures_SaysSo()
    {
        var proof = await SignAsync();
        foreach (var signature in new[] { string.Empty, "0x", proof.Signature[2..], proof.Signature[..^2], proof.Signature + "00", proof.Signature[..^2] + "02", proof.Signature[..^2] + "zz" })
            Assert.Equal(ConsentProofVerdict.SignatureMalformed, Verify(proof with { Signature = signature }, Signed));
        Assert.Equal(ConsentProofVerdict.WrongSigner, Verify(proof with { Signature = "0x" + new string('0', 130) }, Signed));
        Assert.Equal(ConsentProofVerdict.WrongSigner, Verify(proof with { TimestampMs = proof.TimestampMs - 1000 }, Signed));
    }

    [Fact]
    public async Task Sign_ByAWalletThatSignsSomethingElse_Fails()
    {
        var wallet = new DelegateWallet(_wallet.Address, (text, cancellationToken) => _wallet.SignPersonalMessageAsync(text + ".", cancellationToken));

        var failure = await Assert.ThrowsAsync<XmtpException>(
            () => ConsentProof.SignAsync(wallet, _other.Address, new FakeTimeProvider(Signed), TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCatalogue.WalletFailed, failure.Code);
    }

    [Fact]
    public void Text_InAnyCulture_HasTheHttpDate()
    {
        Assert.Contains("\nCurrent Time: Thu, 29 Feb 2024 12:00:00 GMT\n", ConsentProof.Text(_other.Address, (ulong)Signed.ToUnixTimeMilliseconds()), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsentProof.Text(_other.Address, ulong.MaxValue));
        Assert.Throws<XmtpException>(() => ConsentProof.Decode([0xff]));
    }

    private Task<ConsentProof> SignAsync() =>
        ConsentProof.SignAsync(_wallet, _other.Address, new FakeTimeProvider(Signed), TestContext.Current.CancellationToken);

    private ConsentProofVerdict Verify(ConsentProof proof, DateTimeOffset now) => proof.Verify(_wallet.Address, _other.Address, now, TestKeys.Provider);
}
