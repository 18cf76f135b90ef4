using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes.Tests;

public class HostileContentTests
{
    [Fact]
    public void Decode_MutatedContentOfEveryType_GivesAResultOrOneClearFailure()
    {
        var random = SeededRandom.Fresh();
        var samples = Samples().Select(sample => sample.ToByteArray()).ToArray();
        for (var round = 0; round < 30_000; round++)
        {
            var bytes = Mutate((byte[])samples[round % samples.Length].Clone(), random);
            var exception = Record.Exception(() => CodecRegistry.Default.Decode(bytes));
            Assert.True(exception is null or XmtpException, $"{Convert.ToHexStringLower(bytes)}: {exception}; {random}");
        }
    }

    [Fact]
    public void Decode_AnyContentUnderEveryType_GivesAResultOrOneClearFailure()
    {
        var random = SeededRandom.Fresh();
        string[] keys = ["encoding", "reference", "filename", "mimeType", "secret", "salt", "nonce", "contentDigest", "scheme", "contentLength"];
        foreach (var codec in CodecRegistry.Default.Codecs)
        {
            for (var round = 0; round < 1000; round++)
            {
                var encoded = new Proto.EncodedContent { Type = codec.ContentType.ToProto(), Content = ByteString.CopyFrom(random.Bytes(random.Number(60))) };
                for (var count = random.Number(4); count > 0; count--) encoded.Parameters[keys[random.Number(keys.Length)]] = RandomText.Next(random, random.Number(5));
                if (random.Number(4) == 0) encoded.Compression = (Proto.Compression)random.Number(3);
                var exception = Record.Exception(() => CodecRegistry.Default.Decode(encoded));
                Assert.True(exception is null or XmtpException, $"{codec.ContentType}: {exception}; {random}");
            }
        }
    }

    [Fact]
    public void Codecs_CalledWithoutARegistry_FailTheSameWay()
    {
        // Whoever calls a codec directly meets no other exception either.
        var random = SeededRandom.Fresh();
        var context = new CodecContext(CodecRegistry.Default);
        foreach (var codec in CodecRegistry.Default.Codecs)
        {
            for (var round = 0; round < 500; round++)
            {
                var encoded = new Proto.EncodedContent { Content = ByteString.CopyFrom(random.Bytes(random.Number(40))) };
                if (random.Number(2) == 0) encoded.Parameters["reference"] = "r";
                var exception = Record.Exception(() => codec.Decode(encoded, context));
                Assert.True(exception is null or XmtpException, $"{codec.ContentType}: {exception}; {random}");
            }
        }
    }

    [Fact]
    public void Codecs_Arguments_AreChecked()
    {
        var context = new CodecContext(CodecRegistry.Default);
        Assert.All(CodecRegistry.Default.Codecs, codec => Assert.ThrowsAny<ArgumentException>(() => codec.Encode(new object(), context)));
        Assert.All(CodecRegistry.Default.Codecs, codec => Assert.Throws<ArgumentNullException>(() => codec.Encode(null!, context)));
    }

    private static IEnumerable<Proto.EncodedContent> Samples()
    {
        foreach (var row in Vectors.Load("10-content-types.json").Rows("content_types")) yield return EncodedContents.Parse(row.Bytes("encoded_content_bytes"));
        yield return EncodedContents.Parse(Vectors.Load("11-remote-attachment.json").Bytes("encoded_content_bytes"));
        yield return CodecRegistry.Default.Encode(new Markdown("# title"));
        yield return CodecRegistry.Default.Encode(new Reply("r", Composite.Of("a", new Reply("s", "b"))), Proto.Compression.Gzip);
    }

    private static byte[] Mutate(byte[] bytes, SeededRandom random)
    {
        for (var count = 1 + random.Number(4); count > 0; count--)
        {
            if (bytes.Length == 0) return bytes;
            var at = random.Number(bytes.Length);
            switch (random.Number(4))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Number(8));
                    break;
                case 1:
                    bytes[at] = random.Bytes(1)[0];
                    break;
                case 2:
                    bytes = bytes[..at];
                    break;
                default:
                    bytes = [.. bytes.AsSpan(0, at), .. random.Bytes(1 + random.Number(3)), .. bytes.AsSpan(at)];
                    break;
            }
        }

        return bytes;
    }
}
