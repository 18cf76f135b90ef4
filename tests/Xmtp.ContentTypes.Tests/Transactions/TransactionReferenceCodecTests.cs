using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes.Tests.Transactions;

public class TransactionReferenceCodecTests
{
    [Fact]
    public void RoundTrip_AnyReference_IsKept()
    {
        var random = SeededRandom.Fresh();
        for (var round = 0; round < 500; round++)
        {
            var reference = new TransactionReference
            {
                Namespace = Maybe(random),
                NetworkId = random.Number(2) == 0 ? random.Number(int.MaxValue) : RandomText.Next(random, 5),
                Reference = RandomText.Next(random, random.Number(10)),
                Metadata = random.Number(3) == 0 ? null : new TransactionMetadata
                {
                    TransactionType = Maybe(random),
                    Currency = Maybe(random),
                    Amount = random.Number(3) == 0 ? null : random.Number(int.MaxValue) / 1000.0,
                    Decimals = random.Number(3) == 0 ? null : random.Number(30),
                    FromAddress = Maybe(random),
                    ToAddress = Maybe(random),
                },
            };
            var bytes = CodecRegistry.Default.Encode(reference).ToByteArray();
            Assert.True(reference.Equals(CodecRegistry.Default.Decode(bytes).Content), random.ToString());
        }
    }

    [Fact]
    public void Decode_WithoutHash_HasAShortFallback()
    {
        var reference = Assert.IsType<TransactionReference>(Decode("""{"networkId":1}""").Content);
        Assert.Equal(new TransactionReference { NetworkId = 1 }, reference);
        Assert.Equal("Crypto transaction", CodecRegistry.Default.Encode(reference).Fallback);
        Assert.True(CodecRegistry.Default.ShouldPush(reference));
    }

    [Fact]
    public void Decode_LargeAmounts_AreDoubles() =>
        Assert.Equal(1.5e30, Assert.IsType<TransactionReference>(Decode("""{"networkId":"1","metadata":{"amount":1.5e+30}}""").Content).Metadata?.Amount);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"reference":"0x"}""")]
    [InlineData("""{"networkId":null}""")]
    [InlineData("""{"networkId":true}""")]
    [InlineData("""{"networkId":1.5}""")]
    [InlineData("""{"networkId":9223372036854775808}""")]
    [InlineData("""{"networkId":"\ud800"}""")]
    [InlineData("""{"networkId":1,"reference":null}""")]
    [InlineData("""{"networkId":1,"reference":5}""")]
    [InlineData("""{"networkId":1,"namespace":[]}""")]
    [InlineData("""{"networkId":1,"metadata":"m"}""")]
    [InlineData("""{"networkId":1,"metadata":{"amount":"5"}}""")]
    [InlineData("""{"networkId":1,"metadata":{"amount":1e999}}""")]
    [InlineData("""{"networkId":1,"metadata":{"decimals":1.5}}""")]
    [InlineData("""{"networkId":1,"more":[[[[[[[[[[[[]]]]]]]]]]]]}""")]
    [InlineData("""{"networkId":1}}""")]
    public void Decode_OtherJson_Fails(string json) => ContentAssert.Fails(ErrorCatalogue.MalformedData, () => Decode(json));

    [Fact]
    public void Encode_AmountThatIsNoNumber_IsAnArgumentException() => Assert.Throws<ArgumentException>(() =>
        CodecRegistry.Default.Encode(new TransactionReference { NetworkId = 1, Metadata = new TransactionMetadata { Amount = double.NaN } }));

    [Fact]
    public void NetworkId_NumberAndText_AreNotTheSame()
    {
        Assert.NotEqual(new NetworkId(1), new NetworkId("1"));
        Assert.Equal("1", new NetworkId(1).ToString());
        Assert.Equal("0x1", new NetworkId("0x1").ToString());
    }

    private static string? Maybe(SeededRandom random) => random.Number(3) == 0 ? null : RandomText.Next(random, random.Number(6));

    private static DecodedContent Decode(string json) =>
        CodecRegistry.Default.Decode(new Proto.EncodedContent { Type = TransactionReferenceCodec.Type.ToProto(), Content = ByteString.CopyFromUtf8(json) });
}
