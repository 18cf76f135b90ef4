using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Log;

/// <summary>What the writer makes of this node's own log: numbers, chain, heads, incarnations.</summary>
public sealed class LogChainTests : IAsyncLifetime
{
    private readonly FaultyStore _store = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private MessageService _service = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static NodeKey Key => TestKeys.Node(1);

    private LogWriter Writer => _service.Writer;

    public async ValueTask InitializeAsync() => _service = await MessageService.OpenAsync(_store, Key, time: _time, cancellationToken: Token);

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Publish_ManyCommits_ChainsAndSignsThem()
    {
        for (var commit = 0; commit < 20; commit++)
        {
            await Publish([.. Enumerable.Range(commit * 10, 1 + commit % 3).Select(static i => Envelope("a", (ulong)i))]);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var log = Writer.OwnLog!;
        await AssertSoundAsync(log.Id);
        Assert.Equal(20, (await ReadHeadsAsync(log.Id)).Count);
        Assert.Equal((Key.Id, 0U), (log.Name.Node, log.Name.Shard));
        Assert.True(log.IsWritable);
        Assert.Equal(log.End.Sequence, log.Position.Head!.Sequence);
    }

    [Fact]
    public async Task Publish_MoreEntriesThanBetweenTwoHeads_SignsHeadsInTheMiddle()
    {
        var options = new MessageServiceOptions { Log = new LogWriterOptions { BatchEntriesMax = 2000 } };
        await using var service = await MessageService.OpenAsync(new InMemoryEnvelopeStore(), Key, options, cancellationToken: Token);
        await service.PublishAsync([.. Enumerable.Range(0, 1100).Select(static i => Envelope("a", (ulong)i))], cancellationToken: Token);

        Assert.Equal([512UL, 1024, 1100], (await ReadHeadsAsync(service.Writer.OwnLog!.Id, service)).Select(static head => head.Sequence));
        Assert.Equal(1100UL, service.Writer.OwnLog.Position.Head!.Sequence);
    }

    [Fact]
    public async Task Publish_MoreBytesThanBetweenTwoHeads_SignsHeadsInTheMiddle()
    {
        var random = SeededRandom.Fresh();
        await Publish([.. Enumerable.Range(0, 60).Select(i => Envelope("a", (ulong)i, new string('x', random.Number(3) == 0 ? 400_000 : random.Number(100_000))))]);
        // The largest message is larger than what may stand between two heads: it has one of its own.
        var largest = new Envelope { ContentTopic = "a", Message = UnsafeByteOperations.UnsafeWrap(new byte[Limits.MessageLengthMaxBytes]) };
        await Publish(Envelope("a", 100), largest, Envelope("a", 101));

        var log = Writer.OwnLog!.Id;
        await AssertSoundAsync(log);
        var entries = await ReadAsync(log);
        var heads = (await ReadHeadsAsync(log)).Select(static head => head.Sequence).ToList();
        foreach (var (first, last) in heads.Prepend(0UL).Zip(heads))
        {
            var run = entries[(int)first..(int)last];
            var bytes = run.Sum(static entry => entry.HeaderBytes.Length + entry.Payload!.Value.Length);
            Assert.True(run.Count == 1 || bytes <= AppendBatch.HeadBytesMax, $"{random}: {bytes} bytes in {run.Count} entries after {first}");
            Assert.InRange(run.Count, 1, AppendBatch.HeadEntriesMax);
        }

        Assert.Contains((ulong)entries.Count - 1, heads);
    }

    [Fact]
    public async Task OpenAsync_StoreWithALog_GoesOnWithItsChain()
    {
        await Publish(Envelope("a", 1), Envelope("a", 2));
        var name = Writer.OwnLog!.Name;
        await _service.DisposeAsync();
        _service = await MessageService.OpenAsync(_store, Key, time: _time, cancellationToken: Token);
        await Publish(Envelope("a", 3));

        Assert.Equal(name, Writer.OwnLog!.Name);
        await AssertSoundAsync(Writer.OwnLog.Id);
        Assert.Equal(3UL, Writer.OwnLog.End.Sequence);
    }

    [Fact]
    public async Task OpenAsync_StoreOfAnotherNode_IsRefused()
    {
        await Publish(Envelope("a", 1));
        await _service.DisposeAsync();

        var failure = await Assert.ThrowsAsync<XmtpException>(() => MessageService.OpenAsync(_store, TestKeys.Node(2), cancellationToken: Token));
        Assert.Equal(ErrorCatalogue.StoreUnusable, failure.Code);
        Assert.Contains(Key.Id.ToString(), failure.Message, StringComparison.Ordinal);
        failure = await Assert.ThrowsAsync<XmtpException>(() => MessageService.OpenAsync(_store, cancellationToken: Token));
        Assert.Equal(ErrorCatalogue.StoreUnusable, failure.Code);
    }

    [Fact]
    public async Task BeginLogAsync_AfterAnotherIncarnation_NotesItsEndAndKnowsItsEntries()
    {
        await Publish(Envelope("a", 1));
        var before = Writer.OwnLog!;
        await Writer.BeginLogAsync(7, Token);
        await Publish(Envelope("a", 1), Envelope("a", 2));

        Assert.NotEqual(before.Id, Writer.OwnLog!.Id);
        Assert.Equal(7UL, Writer.OwnLog.Name.Incarnation);
        Assert.Equal(1UL, before.End.Sequence);
        var entry = Assert.Single(await ReadAsync(Writer.OwnLog.Id));
        Assert.Equal(2UL, entry.ReadHeader().SenderTimeNs);
        Assert.Equal(before.End.Hash, entry.ReadHeader().PreviousHash);
        Assert.Equal(Writer.OwnLog, Writer.LatestOwnLog);
    }

    [Fact]
    public async Task BeginLogAsync_AfterAFrozenIncarnation_TakesUpWhatStandsThereOnly()
    {
        await Publish(Envelope("a", 1));
        var before = Writer.OwnLog!;
        before.Freeze();
        Assert.Equal(ErrorCatalogue.Unavailable, (await Assert.ThrowsAsync<XmtpException>(() => Publish(Envelope("a", 2)))).Code);
        await Writer.BeginLogAsync(7, Token);
        await Publish(Envelope("a", 1));

        // Peers may never have the frozen one's entry: this node answers for the envelope in a log that goes on.
        Assert.Equal(1UL, Writer.OwnLog!.End.Sequence);
        Assert.Equal(new EntryPlace(before.Id, 1), await _store.FindAsync(IndexKey(Envelope("a", 1))));
        Assert.Equal([new EntryPlace(Writer.OwnLog.Id, 1)], await _store.FindCopiesAsync(IndexKey(Envelope("a", 1)), Token));
    }

    [Fact]
    public async Task Publish_BeforeALogIsInUse_IsRefusedAndRepeatedLater()
    {
        var options = new MessageServiceOptions { AwaitPeers = true };
        await using var service = await MessageService.OpenAsync(new InMemoryEnvelopeStore(), Key, options, cancellationToken: Token);
        Assert.False(service.IsTakingPublishes);
        var failure = await Assert.ThrowsAsync<XmtpException>(() => service.PublishAsync([Envelope("a", 1)], cancellationToken: Token).AsTask());
        Assert.Equal(ErrorCatalogue.Unavailable, failure.Code);
        Assert.True(failure.IsRetryable);
        Assert.True(await service.CheckStoreAsync(Token));

        await service.Writer.BeginLogAsync(1, Token);
        Assert.True(service.IsTakingPublishes);
        await service.PublishAsync([Envelope("a", 1)], cancellationToken: Token);
        service.Writer.StopPublishes();
        Assert.False(service.IsTakingPublishes);
        await Assert.ThrowsAsync<XmtpException>(() => service.PublishAsync([Envelope("a", 2)], cancellationToken: Token).AsTask());
    }

    [Fact]
    public async Task Publish_ToAProtectedTopic_KeepsTheTokenWithIt()
    {
        const string contact = "/xmtp/0/contact-0xFE00fbc40fdFe9db3a5Ac5E04Ba6Ce4ab48Bc49F/proto";
        await _service.PublishAsync([Envelope(contact, 1, "bundle"), Envelope("a", 2, "m")], new PublishTerms("token"u8.ToArray()), Token);

        var entries = await ReadAsync(Writer.OwnLog!.Id);
        Assert.Equal([EntryKind.ProtectedClassicEnvelope, EntryKind.ClassicEnvelope], entries.Select(static entry => entry.ReadHeader().Kind));
        Assert.Equal([0, 5, .. "token"u8, .. "bundle"u8], entries[0].Payload!.Value.ToArray());
        Assert.Equal("m"u8.ToArray(), entries[1].Payload!.Value.ToArray());
        var page = await _service.QueryAsync(new QueryRequest { ContentTopics = { contact } }, Token);
        Assert.Equal(Envelope(contact, 1, "bundle"), Assert.Single(page.Envelopes));

        // The same with another token is a repeat.
        await _service.PublishAsync([Envelope(contact, 1, "bundle")], new PublishTerms("newer"u8.ToArray()), Token);
        Assert.Equal(2UL, Writer.OwnLog.End.Sequence);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BeginLogAsync_StoreFails_RecoversBeforeTheNextWork(bool wasStored)
    {
        _store.NextLogWrite = wasStored ? CommitFault.AfterCommit : CommitFault.BeforeCommit;
        Assert.Equal(ErrorCatalogue.StorageFailed, (await Assert.ThrowsAsync<XmtpException>(() => Writer.BeginLogAsync(7, Token))).Code);
        Assert.False(_service.IsStoreHealthy);

        await Publish(Envelope("a", 1));
        Assert.True(_service.IsStoreHealthy);
        Assert.Equal(2, _store.Recoveries);
        await Writer.BeginLogAsync(8, Token);
        await Publish(Envelope("a", 2));
        Assert.Equal(8UL, Writer.OwnLog!.Name.Incarnation);
        Assert.Equal(wasStored ? 3 : 2, Writer.Logs.Count);
    }

    [Fact]
    public async Task RunExclusiveAsync_BesideCommits_RunsBetweenThem()
    {
        _store.HoldCommits();
        var first = Publish(Envelope("a", 1));
        await Eventually.TrueAsync(() => _store.Begun == 1);
        var seen = -1;
        var exclusive = Writer.RunExclusiveAsync(async store =>
        {
            await Task.Yield();
            seen = _store.Commits.Count;
            Assert.Same(_store, store);
        }, Token);
        var second = Publish(Envelope("a", 2));
        Assert.False(exclusive.IsCompleted);

        _store.LetGo();
        await Task.WhenAll(first, exclusive, second);

        Assert.Equal(1, seen);
        Assert.Equal([1, 1], _store.Commits);
    }

    [Fact]
    public async Task RunExclusiveAsync_WorkIsCancelled_IsNoFailureOfTheStore()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Writer.RunExclusiveAsync(static _ => throw new OperationCanceledException(), Token));
        Assert.True(_service.IsStoreHealthy);
        await Publish(Envelope("a", 1));
        Assert.Equal(1, _store.Recoveries);
    }

    private Task<int> Publish(params Envelope[] envelopes) => _service.PublishAsync(envelopes, cancellationToken: Token).AsTask();

    /// <summary>Checks numbers, chain, times and heads of a whole log.</summary>
    private async Task AssertSoundAsync(LogId log)
    {
        LogEnd end = default;
        var heads = await ReadHeadsAsync(log);
        foreach (var entry in await ReadAsync(log))
        {
            var header = entry.ReadHeader();
            Assert.Equal(end.Sequence + 1, header.Sequence);
            Assert.Equal(end.Hash, header.PreviousHash);
            Assert.True(header.OriginatorTimeNs >= end.OriginatorTimeNs);
            end = new LogEnd(header.Sequence, EntryHeaderFormat.Hash(entry.HeaderBytes.Span), header.OriginatorTimeNs);
            if (heads.Count == 0 || heads[0].Sequence != header.Sequence) continue;
            Assert.True(heads[0].IsSignedBy(Key.Public));
            Assert.Equal((end.Hash, end.OriginatorTimeNs), (heads[0].Hash, heads[0].OriginatorTimeNs));
            heads.RemoveAt(0);
        }

        Assert.Empty(heads);
        Assert.Equal(Writer.Logs[log].End, end);
    }

    private async Task<List<LoggedEntry>> ReadAsync(LogId log)
    {
        var entries = new List<LoggedEntry>();
        await _store.ReadAsync(log, 1, entries, int.MaxValue, long.MaxValue, Token);
        return entries;
    }

    private Task<List<SignedHead>> ReadHeadsAsync(LogId log) => ReadHeadsAsync(log, _service);

    private static async Task<List<SignedHead>> ReadHeadsAsync(LogId log, MessageService service)
    {
        var heads = new List<SignedHead>();
        await service.Writer.RunExclusiveAsync(store => store.ReadHeadsAsync(log, 1, ulong.MaxValue, heads, int.MaxValue, Token), Token);
        return heads;
    }
}
