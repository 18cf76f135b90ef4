using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Log;

/// <summary>What the writer makes of entries of other nodes' logs, alone and beside publishes.</summary>
public sealed class ReplicaAppendTests : IAsyncLifetime
{
    private readonly FaultyStore _store = new();
    private MessageService _service = null!;
    private RemoteLog _remote = null!;

    private delegate Task Release(params Task[] work);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LogWriter Writer => _service.Writer;

    private LogId Own => Writer.OwnLog!.Id;

    public async ValueTask InitializeAsync()
    {
        _service = await MessageService.OpenAsync(_store, TestKeys.Node(1), cancellationToken: Token);
        _remote = await RemoteLog.AddAsync(Writer);
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Append_ARun_StoresItAsItsOriginatorWroteIt()
    {
        await _remote.SendAsync(Writer, Envelope("a", 1, "m"), Envelope("a", 2));
        await _remote.SendAsync(Writer, Envelope("b", 3));

        Assert.Equal(_remote.Original.End, _remote.Held.End);
        Assert.Equal(_remote.Original.Head!.Bytes.ToArray(), _remote.Held.Position.Head!.Bytes.ToArray());
        var entries = new List<LoggedEntry>();
        await _store.ReadAsync(_remote.Held.Id, 1, entries, 10, long.MaxValue, Token);
        Assert.Equal(_remote.Original.End.Hash, EntryHeaderFormat.Hash(entries[2].HeaderBytes.Span));
        var heads = new List<SignedHead>();
        await _store.ReadHeadsAsync(_remote.Held.Id, 1, 10, heads, 10, Token);
        Assert.Equal([2UL, 3], heads.Select(static head => head.Sequence));
        Assert.Equal(2, (await _service.QueryAsync(new QueryRequest { ContentTopics = { "a" } }, Token)).Envelopes.Count);
        Assert.Equal(0UL, Writer.OwnLog!.End.Sequence);
    }

    [Fact]
    public async Task Append_AddLogTwice_IsTheSameLog()
    {
        var again = await RemoteLog.AddAsync(Writer);
        Assert.Same(_remote.Held, again.Held);
        Assert.Equal(2, (await _store.RecoverAsync(Token)).Count);
    }

    [Fact]
    public async Task Append_ForeignFirstThenOwn_IsAcknowledgedByACopyOfOurOwn()
    {
        await _remote.SendAsync(Writer, Envelope("a", 1, "m"));
        await Publish(Envelope("a", 1, "m"));
        await Publish(Envelope("a", 1, "m"));

        Assert.Equal(1UL, Writer.OwnLog!.End.Sequence);
        await AssertShownAsync(Envelope("a", 1, "m"), new EntryPlace(_remote.Held.Id, 1), new EntryPlace(Own, 1));
    }

    [Fact]
    public async Task Append_OwnFirstThenForeign_IsACopy()
    {
        await Publish(Envelope("a", 1, "m"));
        await _remote.SendAsync(Writer, Envelope("a", 1, "m"));

        Assert.Equal(1UL, _remote.Held.End.Sequence);
        await AssertShownAsync(Envelope("a", 1, "m"), new EntryPlace(Own, 1), new EntryPlace(_remote.Held.Id, 1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Append_BothInOneCommit_ShowsTheFirstAndStoresBoth(bool ownFirst)
    {
        await using var subscription = _service.Subscribe(["a"]);
        var release = await HoldAsync();
        var envelope = Envelope("a", 1, "m");
        var own = ownFirst ? Publish(envelope, envelope) : null;
        var foreign = _remote.SendAsync(Writer, envelope);
        own ??= Publish(envelope, envelope);
        var repeat = Publish(envelope);
        await release(own, foreign, repeat);
        await Publish(Envelope("a", 2));

        Assert.Equal([1, 2, 1], _store.Commits);
        var (first, second) = (new EntryPlace(Own, 2), new EntryPlace(_remote.Held.Id, 1));
        await AssertShownAsync(envelope, ownFirst ? first : second, ownFirst ? second : first);
        // Live as well: once.
        Assert.Equal([envelope, Envelope("a", 2)], await subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token).TakeAsync(2));
    }

    [Fact]
    public async Task Append_RunsThatFollowEachOtherInOneCommit_AreAllTaken()
    {
        var release = await HoldAsync();
        var sends = Enumerable.Range(1, 3).Select(i => _remote.SendAsync(Writer, Envelope("a", (ulong)i))).ToArray();
        await release(sends);

        Assert.Equal([1, 3], _store.Commits);
        Assert.Equal(_remote.Original.End, _remote.Held.End);
        Assert.Equal(3UL, _remote.Held.Position.Head!.Sequence);
    }

    [Fact]
    public async Task Append_RunThatDoesNotContinue_IsRefusedAlone()
    {
        var (first, second, third) = (_remote.Append(Envelope("a", 1)), _remote.Append(Envelope("a", 2)), _remote.Append(Envelope("a", 3)));
        var release = await HoldAsync();
        var sends = new[] { _remote.SendAsync(Writer, second), _remote.SendAsync(Writer, first), _remote.SendAsync(Writer, third), _remote.SendAsync(Writer, first) };
        var publish = Publish(Envelope("b", 1));
        await release(sends[1], publish);

        foreach (var refused in new[] { sends[0], sends[2], sends[3] })
            Assert.Equal(ErrorCatalogue.Unavailable, (await Assert.ThrowsAsync<XmtpException>(() => refused)).Code);
        Assert.Equal(1UL, _remote.Held.End.Sequence);
        await _remote.SendAsync(Writer, second);
        await _remote.SendAsync(Writer, third);
        Assert.Equal(_remote.Original.End, _remote.Held.End);
    }

    [Fact]
    public async Task Append_AnotherHistory_IsRefused()
    {
        await _remote.SendAsync(Writer, Envelope("a", 1));
        var fork = new RemoteLog(_remote.Held, new TestLog(_remote.Original.Key) { Id = _remote.Held.Id });
        fork.Append(Envelope("a", 9));

        await Assert.ThrowsAsync<XmtpException>(() => fork.SendAsync(Writer, Envelope("a", 2)));
        Assert.Equal(_remote.Original.End, _remote.Held.End);
    }

    [Fact]
    public async Task Append_FrozenLogOrTheLogInUse_IsRefused()
    {
        var run = _remote.Append(Envelope("a", 1));
        _remote.Held.Freeze();
        await Assert.ThrowsAsync<XmtpException>(() => _remote.SendAsync(Writer, run));

        var self = new RemoteLog(Writer.OwnLog!, new TestLog(TestKeys.Node(1), Writer.OwnLog!.Name.Incarnation));
        await Assert.ThrowsAsync<XmtpException>(() => self.SendAsync(Writer, Envelope("a", 1)));
        Assert.Equal(0UL, Writer.OwnLog.End.Sequence);
    }

    [Fact]
    public async Task Append_OwnLogThatIsNotInUse_IsTakenBackAndGoneOnWith()
    {
        Writer.StopPublishes();
        var own = new RemoteLog(Writer.LatestOwnLog!, new TestLog(TestKeys.Node(1), Writer.LatestOwnLog!.Name.Incarnation) { Id = Writer.LatestOwnLog.Id });
        await own.SendAsync(Writer, Envelope("a", 1), Envelope("a", 2));
        await Writer.UseLogAsync(own.Held, Token);
        await Publish(Envelope("a", 1), Envelope("a", 3));

        Assert.Equal(3UL, own.Held.End.Sequence);
        var entries = new List<LoggedEntry>();
        await _store.ReadAsync(own.Held.Id, 1, entries, 10, long.MaxValue, Token);
        Assert.Equal(own.Original.End.Hash, entries[2].ReadHeader().PreviousHash);
    }

    [Fact]
    public async Task Append_HiddenAndPrunedEntries_AreKeptAndNotShown()
    {
        var entries = new[] { Pending(Envelope("a", 1, "gone"), retentionNs: 1), Pending(Envelope("a", 2, "here")) };
        var head = _remote.Original.Append(1, entries).Heads.Span[0].Head;
        var frame = RemoteLog.Frame(head, entries);
        (frame.Entries_[0].Payload, frame.Entries_[0].Pruned) = (Google.Protobuf.ByteString.Empty, true);
        await _remote.SendAsync(Writer, _remote.Verify(frame));

        Assert.Equal(2UL, Assert.Single((await _service.QueryAsync(new QueryRequest { ContentTopics = { "a" } }, Token)).Envelopes).TimestampNs);
        Assert.Equal(0, await _store.RemoveExpiredAsync(long.MaxValue, 10, Token));
        // Published here it is new: what is gone elsewhere is no copy.
        await Publish(Envelope("a", 1, "gone"));
        Assert.Equal(2, (await _service.QueryAsync(new QueryRequest { ContentTopics = { "a" } }, Token)).Envelopes.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Append_CommitOfSeveralLogsFails_GoesOnFromWhatTheStoreHolds(bool wasStored)
    {
        await using var subscription = _service.Subscribe(["a"]);
        await Publish(Envelope("a", 1));
        await _remote.SendAsync(Writer, Envelope("a", 2));
        var release = await HoldAsync();
        (_store.NextCommit, _store.FaultAt) = (wasStored ? CommitFault.AfterCommit : CommitFault.BeforeCommit, 4);
        var run = _remote.Append(Envelope("a", 3), Envelope("a", 4));
        var (own, foreign) = (Publish(Envelope("a", 5)), _remote.SendAsync(Writer, run));
        await release();
        await Assert.ThrowsAsync<XmtpException>(() => own);
        await Assert.ThrowsAsync<XmtpException>(() => foreign);

        await Publish(Envelope("a", 5));
        Assert.Equal(wasStored ? 3UL : 1, _remote.Held.End.Sequence);
        if (!wasStored) await _remote.SendAsync(Writer, run);
        await Publish(Envelope("a", 6));

        Assert.Equal((4UL, 3UL), (Writer.OwnLog!.End.Sequence, _remote.Held.End.Sequence));
        var live = await subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token).TakeAsync(6);
        Assert.Equal([1UL, 2, 3, 4, 5, 6], live.Select(static envelope => envelope.TimestampNs).Order().ToArray());
    }

    [Fact]
    public async Task Append_LookUpOfCopiesFails_LosesNothingOfTheBatch()
    {
        await _remote.SendAsync(Writer, Envelope("a", 1));
        var second = await RemoteLog.AddAsync(Writer, node: 3);
        for (var i = 0; i < 3; i++)
        {
            _store.FailCopies = true;
            var release = await HoldAsync();
            // A repeat, then entries of another node, then one whose look-up fails.
            var (repeat, foreign, failing) = (Publish(Envelope("hold", (ulong)i)), second.SendAsync(Writer, second.Append(Envelope("b", (ulong)i))), Publish(Envelope("a", 1)));
            await release();
            await Assert.ThrowsAsync<XmtpException>(() => repeat);
            await Assert.ThrowsAsync<XmtpException>(() => foreign);
            await Assert.ThrowsAsync<XmtpException>(() => failing);
            _store.FailCopies = false;
            second = new RemoteLog(second.Held, new TestLog(second.Original.Key) { Id = second.Held.Id });
        }

        await second.SendAsync(Writer, [.. Enumerable.Range(0, 50).Select(static i => Envelope("c", (ulong)i, "m" + i))]);
        var page = await _service.QueryAsync(new QueryRequest { ContentTopics = { "c" }, PagingInfo = new PagingInfo { Direction = SortDirection.Ascending } }, Token);
        Assert.Equal(Enumerable.Range(0, 50).Select(static i => Envelope("c", (ulong)i, "m" + i)), page.Envelopes);
    }

    [Fact]
    public async Task StoreRecovery_AnotherNodesLogCameBackShorter_IsFollowedFromThere()
    {
        var (first, second) = (_remote.Append(Envelope("a", 1)), _remote.Append(Envelope("a", 2)));
        await _remote.SendAsync(Writer, first);
        // As after a store that had to cut the log back: the writer thinks it has more.
        _remote.Held.MoveTo(_remote.Original.End, _remote.Original.Head);
        _store.NextCommit = CommitFault.BeforeCommit;
        await Assert.ThrowsAsync<XmtpException>(() => Publish(Envelope("b", 1)));
        await Publish(Envelope("b", 1));

        Assert.Equal(1UL, _remote.Held.End.Sequence);
        await _remote.SendAsync(Writer, second);
        Assert.Equal(_remote.Original.End, _remote.Held.End);
    }

    private Task<int> Publish(params Envelope[] envelopes) => _service.PublishAsync(envelopes, cancellationToken: Token).AsTask();

    /// <summary>Holds the writer in a commit, so that what comes meanwhile shares the next one.</summary>
    private async Task<Release> HoldAsync()
    {
        var begun = _store.Begun;
        _store.HoldCommits();
        var first = Publish(Envelope("hold", (ulong)begun + 1000));
        await Eventually.TrueAsync(() => _store.Begun == begun + 1);
        return async work =>
        {
            _store.LetGo();
            await first;
            await Task.WhenAll(work);
        };
    }

    private async Task AssertShownAsync(Envelope envelope, EntryPlace shown, EntryPlace copy)
    {
        Assert.Equal(shown, await _store.FindAsync(IndexKey(envelope)));
        Assert.Equal([copy], await _store.FindCopiesAsync(IndexKey(envelope), Token));
        Assert.Single((await _service.QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic }, EndTimeNs = 1 }, Token)).Envelopes);
    }
}
