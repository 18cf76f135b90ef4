using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Node.Core.Tests.Log;

public sealed class EntryHeaderFormatTests
{
    [Fact]
    public void Write_FrozenEntries_GivesTheFrozenBytes()
    {
        var rows = StorageVectors.Load("entry-header-v1.json").Rows("entries").ToArray();
        var entries = StorageVectors.Entries();
        for (var i = 0; i < rows.Length; i++)
        {
            Assert.Equal(rows[i].Text("digest"), entries[i].Digest.ToString());
            Assert.Equal(rows[i].Text("idempotencyKey"), entries[i].IdempotencyKey.ToString());
            Assert.Equal(rows[i].Text("header"), Vectors.Hex(entries[i].Header));
        }
    }

    [Fact]
    public void Read_FrozenBytes_GivesTheFrozenFields()
    {
        foreach (var row in StorageVectors.Load("entry-header-v1.json").Rows("entries"))
        {
            var header = EntryHeaderFormat.Read(row.Bytes("header"));
            Assert.Equal((byte)row.Number("kind"), (byte)header.Kind);
            Assert.Equal(new EntryPlace(new LogId((uint)row.Number("log")), row.Number("sequence")), header.Place);
            Assert.Equal((long)row.Number("originatorTimeNs"), header.OriginatorTimeNs);
            Assert.Equal((long)row.Number("expiryNs"), header.ExpiryNs);
            Assert.Equal(row.Number("senderTimeNs"), header.SenderTimeNs);
            Assert.Equal(row.Text("digest"), header.Digest.ToString());
            Assert.Equal(row.Text("idempotencyKey"), header.IdempotencyKey.ToString());
            Assert.Equal(row.Bytes("payload").Length, header.PayloadLength);
            Assert.Equal(row.Text("topic"), header.Topic);
        }
    }

    [Fact]
    public void Read_CutShortAnywhere_IsRefused()
    {
        var bytes = StorageVectors.Entries()[0].Header.ToArray();
        for (var length = 0; length < bytes.Length; length++) Refused(bytes[..length], "damaged");
        Refused([.. bytes, 0], "damaged");
    }

    [Fact]
    public void Read_AnotherVersion_IsRefusedByName()
    {
        var bytes = StorageVectors.Entries()[0].Header.ToArray();
        bytes[0] = 2;
        Refused(bytes, "format version 2");
    }

    [Fact]
    public void Read_TopicThatIsNotUtf8_IsRefused()
    {
        var bytes = StorageVectors.Entries()[0].Header.ToArray();
        bytes[^1] = 0xff;
        Refused(bytes, "UTF-8");
    }

    [Fact]
    public void Read_RandomDamage_NeverFailsOtherwise()
    {
        var random = SeededRandom.Fresh();
        var original = StorageVectors.Entries()[0].Header.ToArray();
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

    private static void Refused(byte[] bytes, string because)
    {
        var failure = Assert.Throws<XmtpException>(() => EntryHeaderFormat.Read(bytes));
        Assert.Equal(ErrorCatalogue.StoreUnusable, failure.Code);
        Assert.Contains(because, failure.Message, StringComparison.Ordinal);
    }
}
