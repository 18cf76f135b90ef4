using Xmtp.Node.Core.Tests.Storage;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Storage.RocksDb.Tests;

/// <summary>What an operator has done to a store that is in use.</summary>
public sealed class MaintenanceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-store-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Store => Path.Combine(_directory, "store");

    private string Copy => Path.Combine(_directory, "copy");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task CheckpointAsync_StoreInUse_HoldsWhatWasCommittedThen()
    {
        await using (var store = RocksDbEnvelopeStore.Open(Store))
        {
            Assert.Equal(Store, store.Location);
            var log = await TestLog.AddAsync(store);
            await log.CommitAsync(store, Envelope("a", 1, "m"), Envelope("a", 2, "m"));
            await store.CheckpointAsync(Copy, Token);
            await log.CommitAsync(store, Envelope("a", 3, "m"));
            Assert.Equal(3UL, Assert.Single(await store.RecoverAsync(Token)).End.Sequence);
            await Assert.ThrowsAsync<IOException>(() => store.CheckpointAsync(Copy, Token));
            await Assert.ThrowsAsync<IOException>(() => store.CheckpointAsync(Path.Combine(_directory, "none", "copy"), Token));
            // A checkpoint that fails leaves the store as it was.
            await log.CommitAsync(store, Envelope("a", 4, "m"));
        }

        await using var copy = RocksDbEnvelopeStore.Open(Copy, new RocksDbStoreOptions { EntriesCheckedAtStart = int.MaxValue });
        Assert.Equal(2UL, Assert.Single(await copy.RecoverAsync(Token)).End.Sequence);
        Assert.Equal(2, (await copy.QueryAsync(Query("a"), Token)).Count);
    }

    [Fact]
    public async Task CompactAsync_AfterRemoval_MakesTheStoreSmallerAndKeepsTheRest()
    {
        await using var store = RocksDbEnvelopeStore.Open(Store);
        var log = await TestLog.AddAsync(store);
        for (ulong i = 1; i <= 20; i++) await log.CommitAsync(store, 1, Pending(Envelope("a", i, new string((char)('a' + i), 200_000)), retentionNs: i == 20 ? 0 : 1));
        store.Flush();
        var before = Size();
        Assert.Equal(19, await store.RemoveExpiredAsync(long.MaxValue, 1000, Token));
        await store.CompactAsync(Token);
        Assert.True(Size() < before / 4, $"{before} bytes before, {Size()} after");
        Assert.Single(await store.QueryAsync(Query("a"), Token));
        await log.CommitAsync(store, Envelope("a", 21, "m"));
        Assert.Equal(21UL, Assert.Single(await store.RecoverAsync(Token)).End.Sequence);
    }

    [Fact]
    public async Task CompactAsync_Cancelled_EndsAndCanBeDoneAgain()
    {
        await using var store = RocksDbEnvelopeStore.Open(Store);
        var log = await TestLog.AddAsync(store);
        await log.CommitAsync(store, Envelope("a", 1, "m"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.CompactAsync(new CancellationToken(canceled: true)));
        await store.CompactAsync(Token);
        Assert.Single(await store.QueryAsync(Query("a"), Token));
    }

    private long Size() => new DirectoryInfo(Store).EnumerateFiles().Sum(static file => file.Length);
}
