using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.TestSupport;

namespace Xmtp.Node.Core.Tests.Subscriptions;

public sealed class StreamPositionTests
{
    [Fact]
    public void ToString_KnownLogs_AreTheDocumentedBytes()
    {
        var position = StreamPosition.Create([(Hash(0xBB, 7), 300), (Hash(0xAA, 1), 1), (Hash(0xCC, 2), 0)]);

        Assert.Equal("01AA0101010101010101BB07070707070707AC02", Convert.ToHexString(Base64Url.DecodeFromChars(position.ToString())));
        Assert.Equal(2, position.LogCount);
        Assert.Equal(300UL, position[Hash(0xBB, 7)]);
        Assert.Equal(0UL, position[Hash(0xCC, 2)]);
        Assert.Equal("AQ", StreamPosition.Start.ToString());
    }

    [Fact]
    public void TryParse_RandomPositions_GiveThemBack()
    {
        var random = SeededRandom.Fresh();
        for (var i = 0; i < 500; i++)
        {
            var position = Random(random, random.Number(40));
            Assert.True(StreamPosition.TryParse(position.ToString(), out var read), random.ToString());
            Assert.Equal(position, read);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("new")]
    [InlineData("AQ==")]
    [InlineData("Ag")]
    [InlineData("AR")]
    [InlineData("A Q")]
    [InlineData("AQ\n")]
    [InlineData("AQA")]
    public void TryParse_NoToken_IsFalse(string? token) => Assert.False(StreamPosition.TryParse(token, out _));

    [Theory]
    [InlineData("01AA01010101010101")]
    [InlineData("01AA0101010101010100")]
    [InlineData("01AA010101010101018100")]
    [InlineData("01AA01010101010101FFFFFFFFFFFFFFFFFF02")]
    [InlineData("01AA01010101010101FFFFFFFFFFFFFFFFFFFF01")]
    [InlineData("01BB0707070707070701AA0101010101010101")]
    [InlineData("01AA010101010101010101AA0101010101010101")]
    [InlineData("01AA0101010101010101FF")]
    public void TryParse_OtherThanWritten_IsFalse(string bytes) =>
        Assert.False(StreamPosition.TryParse(Base64Url.EncodeToString(Convert.FromHexString(bytes)), out _));

    [Fact]
    public void TryParse_LargestSequence_IsTaken()
    {
        var position = StreamPosition.Create([(Hash(1, 1), ulong.MaxValue)]);
        Assert.True(StreamPosition.TryParse(position.ToString(), out var read));
        Assert.Equal(ulong.MaxValue, read[Hash(1, 1)]);
    }

    [Fact]
    public void TryParse_TooLong_IsFalseAtOnce() => Assert.False(StreamPosition.TryParse(new string('A', StreamPosition.TokenLengthMax + 1), out _));

    [Fact]
    public void TryParse_RandomBytes_GiveThemBackOrNothing()
    {
        var random = SeededRandom.Fresh();
        for (var i = 0; i < 2000; i++)
        {
            var bytes = random.Bytes(random.Number(60));
            if (bytes.Length > 0) bytes[0] = 1;
            var token = Base64Url.EncodeToString(bytes);
            if (StreamPosition.TryParse(token, out var position)) Assert.Equal(token, position.ToString());
        }
    }

    [Fact]
    public void Create_MoreLogsThanFit_ForgetsTheShortest()
    {
        var random = SeededRandom.Fresh();
        var logs = Enumerable.Range(1, 2000).Select(i => (Log: new Hash256(random.Bytes(32)), Sequence: (ulong)i * 1000)).ToList();
        var position = StreamPosition.Create(logs);

        Assert.InRange(position.ToString().Length, StreamPosition.TokenLengthMax - 20, StreamPosition.TokenLengthMax);
        Assert.True(StreamPosition.TryParse(position.ToString(), out var read));
        Assert.Equal(position, read);
        Assert.All(logs[^position.LogCount..], log => Assert.Equal(log.Sequence, position[log.Log]));
        Assert.All(logs[..^position.LogCount], log => Assert.Equal(0UL, position[log.Log]));
    }

    [Fact]
    public void Create_TwoLogsOfOneTag_GoesAsFarAsBoth()
    {
        var other = Hash(0xAA, 1).ToArray();
        other[31]++;
        Assert.Equal(5UL, StreamPosition.Create([(Hash(0xAA, 1), 9), (new Hash256(other), 5)])[Hash(0xAA, 1)]);
    }

    [Fact]
    public void Union_RandomPositions_CoversBothAndNoMore()
    {
        var random = SeededRandom.Fresh();
        for (var i = 0; i < 200; i++)
        {
            var (one, other) = (Random(random, random.Number(10), logs: 12), Random(random, random.Number(10), logs: 12));
            var both = one.Union(other);
            Assert.True(both.Covers(one) && both.Covers(other), random.ToString());
            Assert.Equal(one.Covers(other), both.Equals(one));
            foreach (var log in Enumerable.Range(0, 12).Select(Log)) Assert.Equal(Math.Max(one[log], other[log]), both[log]);
        }
    }

    private static StreamPosition Random(SeededRandom random, int count, int logs = 1000) => StreamPosition.Create(
        Enumerable.Range(0, count).Select(_ => Log(random.Number(logs))).Distinct().Select(log => (log, (ulong)random.Number(1 << random.Number(30)) + 1)).ToList());

    private static Hash256 Log(int number) => new(SHA256.HashData(Encoding.ASCII.GetBytes($"{number}")));

    private static Hash256 Hash(byte first, byte rest)
    {
        var bytes = Enumerable.Repeat(rest, 32).ToArray();
        bytes[0] = first;
        return new Hash256(bytes);
    }
}
