using System.Diagnostics;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Tests.Storage;

namespace Xmtp.Node.Core.Tests.Log;

public sealed class LogTailTests
{
    private readonly AppendRequestPool _pool = new();
    private readonly TailEntry[] _buffer = new TailEntry[100];
    private readonly HeldLog _one = Held(1);
    private readonly HeldLog _two = Held(2);

    [Fact]
    public void Read_WithinMemory_GivesWhatFollowsThePosition()
    {
        var tail = new LogTail(8, 1000);
        Append(tail, _one, 3);
        Append(tail, _two, 2);

        Assert.Equal([At(_one, 3), At(_two, 1), At(_two, 2)], Read(tail, 2));
        Assert.Empty(Read(tail, 5));
        Assert.Equal(5UL, tail.Last);
    }

    [Fact]
    public void Read_OlderThanTheRing_GivesNothing()
    {
        var tail = new LogTail(4, 1000);
        Append(tail, _one, 3);
        Append(tail, _one, 6);

        Assert.Empty(Read(tail, 0));
        Assert.Empty(Read(tail, 4));
        Assert.Equal([6UL, 7, 8, 9], Read(tail, 5).Select(static place => place.Sequence));
    }

    [Fact]
    public void Read_MoreBytesThanAllowed_KeepsTheLatest()
    {
        var tail = new LogTail(16, bytesMax: 10);
        Append(tail, _one, 6, message: "1234");

        Assert.Empty(Read(tail, 3));
        Assert.Equal(2, Read(tail, 4).Count);
        Append(tail, _one, 1, message: "longer than all that is allowed");
        Assert.Empty(Read(tail, 5));
        Assert.Single(Read(tail, 6));
    }

    [Fact]
    public void Read_EntryThatReadersDoNotSee_ComesWithoutAnEnvelope()
    {
        var tail = new LogTail(8, 1000);
        foreach (var visibility in Enum.GetValues<EntryVisibility>()) Append(tail, _one, 1, visibility: visibility);

        Assert.Equal(3, tail.Read(0, _buffer));
        Assert.Equal([false, true, false], _buffer.Take(3).Select(static entry => entry.Envelope is not null));
    }

    [Fact]
    public void AppendStored_EntriesInTheStoreOnly_AreNotInMemory()
    {
        var tail = new LogTail(8, 1000);
        Append(tail, _one, 2);
        tail.AppendStored(At(_two, 7), 3);
        tail.AppendStored(At(_two, 10), 0);
        Append(tail, _one, 1);

        Assert.Equal(6UL, tail.Last);
        Assert.Empty(Read(tail, 0));
        Assert.Empty(Read(tail, 4));
        Assert.Equal([At(_one, 3)], Read(tail, 5));
    }

    [Fact]
    public void RunAfter_AnyPosition_TellsWhereTheNextEntriesStand()
    {
        var tail = new LogTail(2, 1000);
        Append(tail, _one, 3);
        Append(tail, _one, 1);
        Append(tail, _two, 2);
        tail.AppendStored(At(_two, 3), 2);
        tail.AppendStored(At(_one, 9), 4);

        Assert.Equal(new TailRun(1, At(_one, 1), 4), tail.RunAfter(0));
        Assert.Equal(new TailRun(3, At(_one, 3), 2), tail.RunAfter(2));
        Assert.Equal(new TailRun(5, At(_two, 1), 4), tail.RunAfter(4));
        Assert.Equal(new TailRun(8, At(_two, 4), 1), tail.RunAfter(7));
        Assert.Equal(new TailRun(9, At(_one, 9), 4), tail.RunAfter(8));
        Assert.Equal(new TailRun(12, At(_one, 12), 1), tail.RunAfter(11));
    }

    [Fact]
    public void RunAfter_LogThatCameBackShorter_FollowsItsNumbers()
    {
        var tail = new LogTail(8, 1000);
        tail.AppendStored(At(_two, 5), 3);
        tail.AppendStored(At(_two, 6), 2);

        Assert.Equal(new TailRun(1, At(_two, 5), 3), tail.RunAfter(0));
        Assert.Equal(new TailRun(4, At(_two, 6), 2), tail.RunAfter(3));
    }

    [Fact]
    public void Snapshot_SeveralLogs_TellsTheLastOfEach()
    {
        var tail = new LogTail(4, 1000);
        tail.Start([_one.ToStored(end: 10), _two.ToStored(end: 0)]);
        Assert.Equal(0UL, tail.Last);
        Append(tail, _two, 2);
        tail.AppendStored(At(_one, 11), 5);

        var (last, ends) = tail.Snapshot();

        Assert.Equal(7UL, last);
        Assert.Equal([(_one.Id, 15UL), (_two.Id, 2UL)], ends.OrderBy(static end => end.Key.Value).Select(static end => (end.Key, end.Value)));
    }

    [Fact]
    public void Follow_EveryAppend_RaisesTheSignalOnce()
    {
        var tail = new LogTail(8, 1000);
        var (one, other) = (tail.Follow(), tail.Follow());
        Assert.True(one.TryRead(out _));
        Assert.True(other.TryRead(out _));
        Assert.False(one.TryRead(out _));

        Append(tail, _one, 3);
        Append(tail, _two, 1);

        Assert.True(one.TryRead(out _));
        Assert.False(one.TryRead(out _));
        Assert.True(other.TryRead(out _));
        tail.AppendStored(At(_two, 2), 1);
        Assert.True(one.TryRead(out _));
    }

    [Fact]
    public void Constructor_CountThatIsNoPowerOfTwo_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new LogTail(6, 1000));

    private static HeldLog Held(byte node) => new(new TestLog(TestKeys.Node(node)) { Id = new LogId(node) }.ToStored());

    private static EntryPlace At(HeldLog log, ulong sequence) => new(log.Id, sequence);

    private void Append(LogTail tail, HeldLog log, int count, string message = "m", EntryVisibility visibility = EntryVisibility.Visible)
    {
        var request = _pool.Rent(1, default(ActivityContext));
        for (var i = 0; i < count; i++) request.Add(Entries.Envelope("a", (ulong)i, message), 0, default);
        var batch = new AppendBatch();
        batch.Add(request);
        for (var i = 0; i < count; i++) batch[i].Entry.Visibility = visibility;
        log.MoveTo(batch.Assign(log, default, TestKeys.Node(1), 1), null);
        tail.Append(batch);
    }

    private List<EntryPlace> Read(LogTail tail, ulong position) =>
        [.. _buffer[..tail.Read(position, _buffer)].Select(static entry => entry.Place)];
}

file static class Held
{
    public static Core.Storage.StoredLog ToStored(this HeldLog log, ulong end) =>
        new(log.Id, log.Name, log.Key, log.IsWritable, log.IsFrozen, new LogEnd(end, default, 0), null);
}
