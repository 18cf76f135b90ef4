using System.Text.Json;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.TestSupport;

namespace Xmtp.Node.Core.Tests.Log;

public sealed class SignedHeadTests
{
    private static IEnumerable<JsonElement> Rows => StorageVectors.Load("signed-head-v1.json").Rows("heads");

    [Fact]
    public void TryRead_FrozenBytes_GivesTheFrozenFieldsAndIsSigned()
    {
        foreach (var row in Rows)
        {
            Assert.True(SignedHead.TryRead(row.Bytes("head"), out var head));
            Assert.True(NodePublicKey.TryCreate(row.Bytes("publicKey"), out var key));
            Assert.Equal(new LogName(NodeId.Parse(row.Text("node")), (uint)row.Number("shard"), row.Number("incarnation")), head.Log);
            Assert.Equal(row.Number("sequence"), head.Sequence);
            Assert.Equal(row.Text("hash"), head.Hash.ToString());
            Assert.Equal((long)row.Number("originatorTimeNs"), head.OriginatorTimeNs);
            Assert.Equal(row.Text("head"), Vectors.Hex(head.Bytes.Span));
            Assert.True(head.IsSignedBy(key));
            Assert.True(key.Verify(row.Bytes("signed"), row.Bytes("head").AsSpan(93)));
        }
    }

    [Fact]
    public void Create_FrozenFields_WritesTheFrozenBytesBeforeTheSignature()
    {
        foreach (var row in Rows)
        {
            using var key = NodeKey.FromScalar(row.Bytes("privateKey"));
            Assert.Equal(row.Text("publicKey"), Vectors.Hex(key.Public.Bytes.Span));
            var log = new LogName(key.Id, (uint)row.Number("shard"), row.Number("incarnation"));
            var head = SignedHead.Create(key, log, new LogEnd(row.Number("sequence"), new Hash256(row.Bytes("hash")), (long)row.Number("originatorTimeNs")));

            Assert.Equal(row.Text("head")[..(2 * 93)], Vectors.Hex(head.Bytes.Span[..93]));
            Assert.True(head.IsSignedBy(key.Public));
        }
    }

    [Fact]
    public void IsSignedBy_AnyByteChanged_IsFalseOrNoHeadAtAll()
    {
        var original = Rows.First().Bytes("head");
        Assert.True(NodePublicKey.TryCreate(Rows.First().Bytes("publicKey"), out var key));
        for (var i = 0; i < original.Length; i++)
        {
            var bytes = original.ToArray();
            bytes[i] ^= 1;
            Assert.False(SignedHead.TryRead(bytes, out var head) && head.IsSignedBy(key), $"byte {i}");
        }
    }

    [Fact]
    public void IsSignedBy_AnotherNode_IsFalse()
    {
        Assert.True(SignedHead.TryRead(Rows.First().Bytes("head"), out var head));
        Assert.False(head.IsSignedBy(TestKeys.Node(1).Public));

        // Its own signature, under a log that is not its own.
        var stolen = SignedHead.Create(TestKeys.Node(1), head.Log, new LogEnd(head.Sequence, head.Hash, head.OriginatorTimeNs));
        Assert.False(stolen.IsSignedBy(TestKeys.Node(1).Public));
    }

    [Fact]
    public void TryRead_AnotherLengthVersionOrNoEntry_IsFalse()
    {
        var bytes = Rows.First().Bytes("head");
        Assert.False(SignedHead.TryRead(bytes.AsSpan(1), out _));
        Assert.False(SignedHead.TryRead([.. bytes, 0], out _));
        Assert.False(SignedHead.TryRead([], out _));
        bytes[0] = 2;
        Assert.False(SignedHead.TryRead(bytes, out _));
        bytes[0] = 1;
        bytes.AsSpan(45, 8).Clear();
        Assert.False(SignedHead.TryRead(bytes, out _));
    }
}
