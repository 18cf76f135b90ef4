using System.IO.Compression;
using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes.Tests.Compression;

public class EncodedContentsTests
{
    private const int Limit = 1 << 20;

    private static readonly ContentLimits Unlimited = new() { CompressedSourceLengthMax = int.MaxValue, InflatedLengthMax = int.MaxValue };

    public static TheoryData<Proto.Compression> Algorithms => [Proto.Compression.Deflate, Proto.Compression.Gzip];

    [Theory]
    [InlineData(9, false)]
    [InlineData(12, true)]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void Compress_Length_DecidesByTheDefaultLimits(int length, bool compressed)
    {
        var encoded = Content(new byte[length]);
        EncodedContents.Compress(encoded, Proto.Compression.Deflate);
        Assert.Equal(compressed, encoded.HasCompression);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Compress_ContentThatWouldGrow_IsLeftAlone(Proto.Compression algorithm)
    {
        var random = SeededRandom.Fresh();
        var encoded = Content(random.Bytes(500));
        EncodedContents.Compress(encoded, algorithm);
        Assert.False(encoded.HasCompression, random.ToString());
        Assert.Equal(500, encoded.Content.Length);
    }

    [Fact]
    public void Compress_MoreThanReadersAccept_IsLeftAlone()
    {
        var encoded = Content(new byte[2001]);
        EncodedContents.Compress(encoded, Proto.Compression.Gzip, new ContentLimits { CompressedSourceLengthMax = int.MaxValue, InflatedLengthMax = 2000 });
        Assert.False(encoded.HasCompression);
    }

    [Fact]
    public void Compress_WrongUse_IsAnArgumentException()
    {
        var encoded = Content(new byte[100]);
        Assert.Throws<ArgumentOutOfRangeException>(() => EncodedContents.Compress(encoded, (Proto.Compression)2));
        EncodedContents.Compress(encoded, Proto.Compression.Deflate);
        Assert.Throws<ArgumentException>(() => EncodedContents.Compress(encoded, Proto.Compression.Deflate));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Inflate_CompressedContent_GivesItBack(Proto.Compression algorithm)
    {
        var random = SeededRandom.Fresh();
        for (var round = 0; round < 60; round++)
        {
            var length = random.Number(round < 50 ? 300 : 200_000);
            var content = random.Bytes(length).Select(value => (byte)(value % (1 + round % 7))).ToArray();
            var encoded = Content(content);
            EncodedContents.Compress(encoded, algorithm, Unlimited);
            var inflated = EncodedContents.Inflate(encoded, length);
            Assert.True(inflated.Content.Span.SequenceEqual(content), $"{length} bytes: {random}");
            Assert.Equal(encoded.Parameters, inflated.Parameters);
            Assert.Equal("shown", inflated.Fallback);
            Assert.False(inflated.HasCompression);
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Inflate_Limit_IsExact(Proto.Compression algorithm)
    {
        foreach (var length in new[] { 1, 1000, 4095, 4096, 4097, 8192, 100_000 })
        {
            var encoded = Compressed(algorithm, new byte[length]);
            Assert.Equal(length, EncodedContents.Inflate(encoded, length).Content.Length);
            Assert.Equal(length, EncodedContents.Inflate(encoded, int.MaxValue).Content.Length);
            ContentAssert.Fails(ErrorCatalogue.ContentTooLarge, () => EncodedContents.Inflate(encoded, length - 1));
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Inflate_Bomb_IsRefusedWithoutHoldingIt(Proto.Compression algorithm)
    {
        var encoded = Compressed(algorithm, new byte[64 << 20]);
        Assert.InRange(encoded.Content.Length, 1, 1 << 20);
        ContentAssert.Fails(ErrorCatalogue.ContentTooLarge, () => EncodedContents.Inflate(encoded, Limit));
        var before = GC.GetAllocatedBytesForCurrentThread();
        ContentAssert.Fails(ErrorCatalogue.ContentTooLarge, () => EncodedContents.Inflate(encoded, Limit));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * Limit);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Inflate_CutAnywhere_Fails(Proto.Compression algorithm)
    {
        var random = SeededRandom.Fresh();
        var whole = Compressed(algorithm, random.Bytes(700)).Content.ToByteArray();
        for (var length = 0; length < whole.Length; length++)
        {
            var cut = With(algorithm, whole[..length]);
            var exception = Record.Exception(() => EncodedContents.Inflate(cut, Limit));
            Assert.True(exception is XmtpException { Code.Id: "XMTP4006" }, $"cut to {length} of {whole.Length}: {exception}; {random}");
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Inflate_FollowedByOtherBytes_Fails(Proto.Compression algorithm)
    {
        var whole = Compressed(algorithm, new byte[5000]).Content.ToByteArray();
        foreach (var more in new byte[][] { [0], [1, 2, 3], new byte[8], new byte[20_000], whole })
            ContentAssert.Fails(ErrorCatalogue.MalformedData, () => EncodedContents.Inflate(With(algorithm, [.. whole, .. more]), Limit));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Inflate_AnyBitFlipped_FailsOrGivesTheContent(Proto.Compression algorithm)
    {
        var content = new SeededRandom(7).Bytes(200).Select(value => (byte)(value % 8)).ToArray();
        var whole = Compressed(algorithm, content).Content.ToByteArray();
        var harmless = 0;
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var flipped = (byte[])whole.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            var damaged = With(algorithm, flipped);
            try
            {
                // Some bits mean nothing: fields of the gzip header, padding of the last byte.
                Assert.Equal(content, EncodedContents.Inflate(damaged, Limit).Content.ToByteArray());
                harmless++;
            }
            catch (XmtpException exception)
            {
                Assert.True(exception.Code == ErrorCatalogue.MalformedData || exception.Code == ErrorCatalogue.ContentTooLarge, exception.Message);
            }
        }

        Assert.InRange(harmless, 0, 64);
    }

    [Fact]
    public void Inflate_GzipWithEveryHeaderField_IsRead()
    {
        var plain = Compressed(Proto.Compression.Gzip, new byte[300]).Content.ToByteArray();
        byte[] header = [0x1f, 0x8b, 8, 0x1f, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3, (byte)'n', 0, (byte)'c', (byte)'d', 0];
        var checksum = Crc32(header);
        byte[] whole = [.. header, (byte)checksum, (byte)(checksum >> 8), .. plain.AsSpan(10)];
        Assert.Equal(300, EncodedContents.Inflate(With(Proto.Compression.Gzip, whole), Limit).Content.Length);

        whole[header.Length] ^= 1;
        ContentAssert.Fails(ErrorCatalogue.MalformedData, () => EncodedContents.Inflate(With(Proto.Compression.Gzip, whole), Limit));
    }

    [Theory]
    [InlineData("1f8b0804000000000003ffff0000000000000000")] // extra field longer than everything
    [InlineData("1f8b08080000000000036e6e6e6e6e6e6e6e6e6e")] // name without an end
    [InlineData("1f8b0802000000000003000000000000000000")] // header checksum cut or wrong
    [InlineData("1f8b08e000000000000303000000000000000000")] // reserved flags
    [InlineData("1f8b0704000000000003030000000000000000")] // another method
    public void Inflate_BadGzipHeader_Fails(string hex) =>
        ContentAssert.Fails(ErrorCatalogue.MalformedData, () => EncodedContents.Inflate(With(Proto.Compression.Gzip, Convert.FromHexString(hex)), Limit));

    [Fact]
    public void Inflate_RawDeflateWithoutContainer_Fails()
    {
        var zlib = Compressed(Proto.Compression.Deflate, new byte[300]).Content.ToByteArray();
        ContentAssert.Fails(ErrorCatalogue.MalformedData, () => EncodedContents.Inflate(With(Proto.Compression.Deflate, zlib[2..^4]), Limit));
    }

    [Fact]
    public void Inflate_AnyBytes_FailClearly()
    {
        var random = SeededRandom.Fresh();
        for (var round = 0; round < 3000; round++)
        {
            var algorithm = (Proto.Compression)random.Number(2);
            byte[] start = random.Number(2) == 0 ? [] : algorithm == Proto.Compression.Gzip ? [0x1f, 0x8b, 8, (byte)random.Number(32)] : [0x78, 0x9c];
            var encoded = With(algorithm, [.. start, .. random.Bytes(random.Number(80))]);
            var exception = Record.Exception(() => EncodedContents.Inflate(encoded, 100));
            Assert.True(exception is null or XmtpException, $"{exception}: {random}");
        }
    }

    [Fact]
    public void Inflate_WithoutCompression_GivesTheSameBack()
    {
        var encoded = Content(new byte[5000]);
        Assert.Same(encoded, EncodedContents.Inflate(encoded, 0));
    }

    // The base library gives this up with another kind of exception than for all other damage.
    [Fact]
    public void Inflate_ZlibWithPresetDictionary_Fails() => ContentAssert.Fails(
        ErrorCatalogue.MalformedData, () => EncodedContents.Inflate(With(Proto.Compression.Deflate, [0x78, 0xbb, 1, 2, 3, 4, 0x63, 0, 0, 0, 0, 0, 1]), Limit));

    private static Proto.EncodedContent Content(byte[] content) => new()
    {
        Type = TextCodec.Type.ToProto(),
        Parameters = { ["encoding"] = "UTF-8" },
        Fallback = "shown",
        Content = ByteString.CopyFrom(content),
    };

    private static Proto.EncodedContent With(Proto.Compression algorithm, byte[] compressed)
    {
        var encoded = Content(compressed);
        encoded.Compression = algorithm;
        return encoded;
    }

    private static Proto.EncodedContent Compressed(Proto.Compression algorithm, byte[] content)
    {
        using var output = new MemoryStream();
        using (Stream stream = algorithm == Proto.Compression.Gzip ? new GZipStream(output, CompressionLevel.Optimal) : new ZLibStream(output, CompressionLevel.Optimal))
            stream.Write(content);
        return With(algorithm, output.ToArray());
    }

    private static uint Crc32(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xedb88320;
        }

        return ~crc;
    }
}
