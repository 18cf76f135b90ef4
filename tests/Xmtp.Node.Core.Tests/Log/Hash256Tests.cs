using System.Numerics;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.TestSupport;

namespace Xmtp.Node.Core.Tests.Log;

public sealed class Hash256Tests
{
    [Fact]
    public void CompareTo_RandomPairs_IsByteOrder()
    {
        var random = SeededRandom.Fresh();
        for (var i = 0; i < 1000; i++)
        {
            var (left, right) = (random.Bytes(32), random.Bytes(32));
            // Half of them differ late.
            left.AsSpan(0, random.Number(33)).CopyTo(right);
            Assert.True(Math.Sign(left.AsSpan().SequenceCompareTo(right)) == Math.Sign(new Hash256(left).CompareTo(new Hash256(right))), random.ToString());
            Assert.Equal(left, new Hash256(left).ToArray());
        }
    }

    [Fact]
    public void TryGetNextAndPrevious_EveryCarry_AreNeighboursOfTheNumber()
    {
        var random = SeededRandom.Fresh();
        for (var length = 0; length <= 40; length++)
        {
            foreach (var filler in new byte[] { 0x00, 0xff })
            {
                var bytes = random.Bytes(40);
                bytes.AsSpan(40 - length).Fill(filler);
                var (number, key) = (Number(bytes), Key(bytes));

                Assert.Equal(!IsAll(bytes, 0xff), key.TryGetNext(out var next));
                Assert.Equal((number + 1) & Mask, Number(Bytes(next)));
                Assert.Equal(!IsAll(bytes, 0x00), key.TryGetPrevious(out var previous));
                Assert.Equal((number - 1) & Mask, Number(Bytes(previous)));
            }
        }
    }

    [Fact]
    public void Constructor_OtherLength_IsRefused() => Assert.Throws<ArgumentException>(() => new Hash256(new byte[31]));

    private static BigInteger Mask => (BigInteger.One << 320) - 1;

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static bool IsAll(byte[] bytes, byte value) => !bytes.AsSpan().ContainsAnyExcept(value);

    private static EnvelopeKey Key(byte[] bytes) => new(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes), new Hash256(bytes.AsSpan(8)));

    private static byte[] Bytes(EnvelopeKey key)
    {
        var bytes = new byte[40];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, key.SenderTimeNs);
        key.Digest.CopyTo(bytes.AsSpan(8));
        return bytes;
    }
}
