using System.Diagnostics;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Tests.Storage;

namespace Xmtp.Node.Core.Tests.Log;

public sealed class LogTailTests
{
    private readonly AppendRequestPool _pool = new();
    private readonly TailEntry[] _buffer = new TailEntry[100];
    private ulong _last;

    [Fact]
    public void Read_WithinMemory_GivesWhatFollowsThePosition()
    {
        var tail = new LogTail(8, 1000);
        Append(tail, 5);

        Assert.Equal([3UL, 4, 5], Read(tail, 2));
        Assert.Empty(Read(tail, 5));
        Assert.Equal(5UL, tail.Last);
    }

    [Fact]
    public void Read_OlderThanTheRing_GivesNothing()
    {
        var tail = new LogTail(4, 1000);
        Append(tail, 3);
        Append(tail, 6);

        Assert.Empty(Read(tail, 0));
        Assert.Empty(Read(tail, 4));
        Assert.Equal([6UL, 7, 8, 9], Read(tail, 5));
    }

    [Fact]
    public void Read_MoreBytesThanAllowed_KeepsTheLatest()
    {
        var tail = new LogTail(16, bytesMax: 10);
        Append(tail, 6, message: "1234");

        Assert.Empty(Read(tail, 3));
        Assert.Equal([5UL, 6], Read(tail, 4));
        Append(tail, 1, message: "longer than all that is allowed");
        Assert.Empty(Read(tail, 5));
        Assert.Equal([7UL], Read(tail, 6));
    }

    [Fact]
    public void SkipTo_EntriesInTheStoreOnly_AreNotInMemory()
    {
        var tail = new LogTail(8, 1000);
        Append(tail, 2);
        tail.SkipTo(5);
        _last = 5;
        Append(tail, 1);

        Assert.Equal(6UL, tail.Last);
        Assert.Empty(Read(tail, 1));
        Assert.Empty(Read(tail, 4));
        Assert.Equal([6UL], Read(tail, 5));
    }

    [Fact]
    public void Follow_EveryAppend_RaisesTheSignalOnce()
    {
        var tail = new LogTail(8, 1000);
        var (one, other) = (tail.Follow(), tail.Follow());
        Assert.True(one.TryRead(out _));
        Assert.True(other.TryRead(out _));
        Assert.False(one.TryRead(out _));

        Append(tail, 3);
        Append(tail, 1);

        Assert.True(one.TryRead(out _));
        Assert.False(one.TryRead(out _));
        Assert.True(other.TryRead(out _));
    }

    [Fact]
    public void Append_NumberThatDoesNotFollow_IsRefused()
    {
        var tail = new LogTail(8, 1000);
        _last = 1;
        Assert.Throws<InvalidOperationException>(() => Append(tail, 1));
    }

    private void Append(LogTail tail, int count, string message = "m")
    {
        var request = _pool.Rent(1, default(ActivityContext));
        for (var i = 0; i < count; i++) request.Add(Entries.Envelope("a", (ulong)i, message), 0);
        var batch = new AppendBatch();
        batch.Add(request);
        batch.Assign(default, _last, 1);
        tail.Append(batch);
        _last += (ulong)count;
    }

    private List<ulong> Read(LogTail tail, ulong position) =>
        [.. _buffer[..tail.Read(position, _buffer)].Select(static entry => entry.Sequence)];
}
