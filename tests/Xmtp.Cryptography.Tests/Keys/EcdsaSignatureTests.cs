using Xmtp.Protocol.Errors;

namespace Xmtp.Cryptography.Tests.Keys;

public sealed class EcdsaSignatureTests
{
    private static readonly byte[] Sample = [.. Enumerable.Range(1, 64).Select(static i => (byte)i)];

    [Theory, InlineData(0, 0), InlineData(1, 1), InlineData(27, 0), InlineData(28, 1)]
    public void FromWallet_KnownV_GivesRecoveryId(byte v, int recovery)
    {
        var signature = EcdsaSignature.FromWallet([.. Sample, v]);
        Assert.Equal(recovery, signature.Recovery);
        Assert.Equal(Sample, signature.Bytes.ToArray());
        Assert.Equal([.. Sample, (byte)(27 + recovery)], signature.ToWalletBytes());
    }

    [Theory, InlineData(2), InlineData(26), InlineData(29), InlineData(37), InlineData(54), InlineData(255)]
    public void FromWallet_OtherV_IsMalformed(byte v) =>
        Assert.Equal(ErrorCatalogue.MalformedData, Assert.Throws<XmtpException>(() => EcdsaSignature.FromWallet([.. Sample, v])).Code);

    [Theory, InlineData(0), InlineData(64), InlineData(66)]
    public void FromWallet_OtherLength_IsMalformed(int length) =>
        Assert.Equal(ErrorCatalogue.MalformedData, Assert.Throws<XmtpException>(() => EcdsaSignature.FromWallet(new byte[length])).Code);

    [Theory, InlineData(63, 0), InlineData(65, 0), InlineData(0, 0), InlineData(64, 2), InlineData(64, -1), InlineData(64, 27)]
    public void New_OtherLengthOrRecovery_IsMalformed(int length, int recovery) =>
        Assert.Equal(ErrorCatalogue.MalformedData, Assert.Throws<XmtpException>(() => new EcdsaSignature(new byte[length], recovery)).Code);

    [Fact]
    public void Equals_BytesAndRecovery_BothCount()
    {
        var signature = new EcdsaSignature(Sample, 0);
        Assert.True(signature == new EcdsaSignature(Sample, 0));
        Assert.Equal(signature.GetHashCode(), new EcdsaSignature(Sample, 0).GetHashCode());
        Assert.True(signature != new EcdsaSignature(Sample, 1));
        Assert.True(signature != new EcdsaSignature([.. Sample[1..], 0], 0));
        Assert.False(signature.Equals(null));
    }

    [Fact]
    public void New_BytesChangedAfterwards_KeepsItsOwn()
    {
        var bytes = Sample.ToArray();
        var signature = new EcdsaSignature(bytes, 0);
        bytes[0] = 0xff;
        Assert.Equal(Sample, signature.Bytes.ToArray());
    }
}
