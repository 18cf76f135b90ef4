using System.Text.Json;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Node.Core.Tests.Log;

public sealed class EntryHeaderFormatTests
{
    private static IEnumerable<JsonElement> Rows => StorageVectors.Load("entry-header-v2.json").Rows("entries");

    [Fact]
    public void Write_FrozenEntries_GivesTheFrozenBytes()
    {
        foreach (var (row, entry) in Rows.Zip(StorageVectors.Entries()))
        {
            Assert.Equal(row.Text("header"), Vectors.Hex(entry.Header));
            Assert.Equal(row.Text("hash"), entry.HeaderHash.ToString());
            Assert.Equal(row.Text("digest"), entry.IndexKey.Key.Digest.ToString());
            Assert.Equal(row.Text("idempotencyKey"), entry.IdempotencyKey.ToString());
            Assert.Equal(row.Member("pruned").GetBoolean() ? null : row.Text("payload"), entry.Payload is { } payload ? Vectors.Hex(payload.Span) : null);
            if (entry.Payload is { } whole) Assert.Equal(row.Text("message"), Vectors.Hex(whole.Span[entry.MessageOffset..]));
        }
    }

    [Fact]
    public void Read_FrozenBytes_GivesTheFrozenFields()
    {
        var logs = StorageVectors.Logs();
        foreach (var row in Rows)
        {
            var header = EntryHeaderFormat.Read(row.Bytes("header"));
            Assert.Equal((byte)row.Number("kind"), (byte)header.Kind);
            Assert.Equal(logs[(int)row.Number("log")].Name, header.Log);
            Assert.Equal(row.Number("sequence"), header.Sequence);
            Assert.Equal(row.Text("previousHash"), header.PreviousHash.ToString());
            Assert.Equal((long)row.Number("originatorTimeNs"), header.OriginatorTimeNs);
            Assert.Equal((long)row.Number("expiryNs"), header.ExpiryNs);
            Assert.Equal(row.Number("senderTimeNs"), header.SenderTimeNs);
            Assert.Equal(row.Text("digest"), header.Digest.ToString());
            Assert.Equal(row.Text("idempotencyKey"), header.IdempotencyKey.ToString());
            Assert.Equal(Vectors.Hex(System.Security.Cryptography.SHA256.HashData(row.Bytes("payload"))), header.PayloadHash.ToString());
            Assert.Equal(row.Bytes("payload").Length, header.PayloadLength);
            Assert.Equal(row.Text("topic"), header.Topic);
        }
    }

    [Fact]
    public void Hash_FrozenEntries_IsNamedByTheNextOne()
    {
        foreach (var log in Rows.GroupBy(static row => row.Number("log")))
        {
            foreach (var (row, next) in log.Zip(log.Skip(1)))
                Assert.Equal(EntryHeaderFormat.Hash(row.Bytes("header")), EntryHeaderFormat.Read(next.Bytes("header")).PreviousHash);
        }
    }

    [Fact]
    public void Read_CutShortAnywhere_IsRefused()
    {
        var bytes = First();
        for (var length = 0; length < bytes.Length; length++) Refused(bytes[..length], "damaged");
        Refused([.. bytes, 0], "damaged");
    }

    [Fact]
    public void Read_AnotherVersion_IsRefusedByName()
    {
        var bytes = First();
        bytes[0] = 1;
        Refused(bytes, "format version 1");
    }

    [Fact]
    public void Read_TopicThatIsNotUtf8_IsRefused()
    {
        var bytes = First();
        bytes[^1] = 0xff;
        Refused(bytes, "UTF-8");
    }

    [Fact]
    public void Read_TopicBeyondTheLimit_IsRefused()
    {
        var bytes = new byte[EntryHeaderFormat.FixedLength + 301];
        First().AsSpan(0, EntryHeaderFormat.FixedLength).CopyTo(bytes);
        (bytes[210], bytes[211]) = (1, 45);
        Refused(bytes, "too long");
    }

    [Fact]
    public void Read_NegativePayloadLength_IsRefused()
    {
        var bytes = First();
        bytes[206] = 0x80;
        Refused(bytes, "negative");
    }

    [Fact]
    public void Read_RandomDamage_NeverFailsOtherwise()
    {
        var random = SeededRandom.Fresh();
        var original = First();
        for (var i = 0; i < 2000; i++)
        {
            var bytes = original.ToArray();
            for (var n = random.Number(4); n >= 0; n--) bytes[random.Number(bytes.Length)] = (byte)random.Number(256);
            try
            {
                EntryHeaderFormat.Read(bytes.AsSpan(0, random.Number(bytes.Length + 1)));
            }
            catch (XmtpException e)
            {
                Assert.True(e.Code == ErrorCatalogue.StoreUnusable, random.ToString());
            }
        }
    }

    private static byte[] First() => StorageVectors.Entries()[0].Header.ToArray();

    private static void Refused(byte[] bytes, string because)
    {
        var failure = Assert.Throws<XmtpException>(() => EntryHeaderFormat.Read(bytes));
        Assert.Equal(ErrorCatalogue.StoreUnusable, failure.Code);
        Assert.Contains(because, failure.Message, StringComparison.Ordinal);
    }
}
