using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Cryptography.Tests.Ethereum;

public sealed class EthereumAddressTests
{
    /// <summary>The samples of EIP-55, which has all-capital and all-small ones among them.</summary>
    public static TheoryData<string> Samples =>
    [
        "0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ];

    [Theory, MemberData(nameof(Samples))]
    public void Parse_SampleOrItsLowerCase_GivesTheChecksummedText(string sample)
    {
        Assert.Equal(sample, EthereumAddress.Parse(sample).ToString());
        var lower = EthereumAddress.Parse("0x" + sample[2..].ToLowerInvariant());
        Assert.Equal(sample, lower.ToString());
        Assert.Equal(EthereumAddress.Parse(sample), lower);
        Assert.Equal(EthereumAddress.Parse(sample).GetHashCode(), lower.GetHashCode());
    }

    [Theory, MemberData(nameof(Samples))]
    public void TryParse_OneLetterInTheOtherCase_IsRefusedUnlessAllLower(string sample)
    {
        for (var i = 2; i < sample.Length; i++)
        {
            if (!char.IsAsciiLetter(sample[i]))
                continue;
            var changed = $"{sample[..i]}{(char)(sample[i] ^ 0x20)}{sample[(i + 1)..]}";
            Assert.Equal(!changed.Any(char.IsAsciiLetterUpper), EthereumAddress.TryParse(changed, out _));
        }
    }

    [Theory]
    [InlineData("0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED")]
    [InlineData("0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed0")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1bea\uFF11\uFF11")]
    [InlineData(" 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")]
    [InlineData("")]
    [InlineData("0x")]
    public void Parse_NoAddress_IsRefused(string text)
    {
        Assert.False(EthereumAddress.TryParse(text, out var address));
        Assert.Equal(default, address);
        Assert.Equal(ErrorCatalogue.AddressInvalid, Assert.Throws<XmtpException>(() => EthereumAddress.Parse(text)).Code);
    }

    [Fact]
    public void Parse_HugeText_IsNotRepeatedInTheError() =>
        Assert.True(Assert.Throws<XmtpException>(() => EthereumAddress.Parse(new string('x', 100_000))).Message.Length < 200);

    [Fact]
    public void TryParse_Null_IsFalse() => Assert.False(EthereumAddress.TryParse(null, out _));

    [Fact]
    public void ToString_OfVectors_IsTheirChecksummedText()
    {
        foreach (var row in Vectors.Load("12-topics.json").Rows("eip55"))
            Assert.Equal(row.Text("checksummed"), EthereumAddress.Parse(row.Text("lower")).ToString());
    }

    [Fact]
    public void CompareOrdinal_OfVectors_FollowsTheChecksummedText()
    {
        foreach (var row in Vectors.Load("12-topics.json").Rows("sort_order_pitfalls"))
        {
            var a = EthereumAddress.Parse(row.Text("a"));
            var b = EthereumAddress.Parse(row.Text("b"));
            var first = EthereumAddress.Parse(row.Text("checksummed_order_first"));
            Assert.Equal(first == a, EthereumAddress.CompareOrdinal(a, b) < 0);
            Assert.Equal(first == b, EthereumAddress.CompareOrdinal(b, a) < 0);
            Assert.Equal(0, EthereumAddress.CompareOrdinal(a, a));
        }
    }

    [Fact]
    public void Bytes_OfAnAddress_ComeBack()
    {
        byte[] bytes = [.. Enumerable.Range(1, 20).Select(static i => (byte)i)];
        var address = new EthereumAddress(bytes);
        Assert.Equal(bytes, address.ToArray());
        var longer = new byte[21];
        address.CopyTo(longer);
        Assert.Equal([.. bytes, 0], longer);
        Assert.Throws<ArgumentException>(() => address.CopyTo(new byte[19]));
        Assert.Throws<XmtpException>(() => new EthereumAddress(bytes.AsSpan(1)));
        Assert.Equal(new EthereumAddress(new byte[20]), default);
        for (var i = 0; i < 20; i++)
        {
            var other = bytes.ToArray();
            other[i] ^= 1;
            Assert.NotEqual(address, new EthereumAddress(other));
        }
    }

    [Fact]
    public void TryFormat_RoomForTheTextOrNot_TellsWhich()
    {
        var address = EthereumAddress.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
        Span<char> room = stackalloc char[50];
        Assert.True(address.TryFormat(room, out var written, default, null));
        Assert.Equal(address.ToString(), room[..written].ToString());
        Assert.False(address.TryFormat(room[..41], out written, default, null));
        Assert.Equal(0, written);
        Assert.Equal("to 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", $"to {address}");
    }

    [Fact]
    public void FromPublicKey_NotUncompressed_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => EthereumAddress.FromPublicKey(new byte[33]));
        Assert.Throws<ArgumentException>(() => EthereumAddress.FromPublicKey(new byte[65]));
    }
}
